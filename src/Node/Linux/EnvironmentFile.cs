namespace Rwho.Node.Linux;

/// <summary>
/// Reads the KEY=VALUE files of systemd, with its rules of quoting: <c>#</c> and <c>;</c> start a comment line; a value
/// may be bare (a backslash keeps the next byte, blanks at the end go), in double quotes (a backslash keeps <c>" \ `
/// $</c>) or in single quotes (nothing is special). A backslash at a line's end joins it to the next.
/// </summary>
internal static class EnvironmentFile
{
    private const byte Escape = (byte)'\\';

    /// <summary>
    /// Takes the next assignment off <paramref name="text"/>, skipping what is none. False at the end. The value is a
    /// copy.
    /// </summary>
    public static bool TryReadNext(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> key, out byte[] value)
    {
        key = default;
        value = [];
        while (!text.IsEmpty)
        {
            text = text.TrimStart(" \t\r\n"u8);
            if (text.IsEmpty) break;
            var stop = text.IndexOfAny((byte)'=', (byte)'\n');
            if (text[0] is (byte)'#' or (byte)';' || stop < 0 || text[stop] == '\n')
            {
                var end = text.IndexOf((byte)'\n');
                text = end < 0 ? [] : text[(end + 1)..];
                continue;
            }
            key = text[..stop].TrimEnd(" \t"u8);
            text = text[(stop + 1)..];
            value = ReadValue(ref text);
            return true;
        }
        return false;
    }

    private static byte[] ReadValue(ref ReadOnlySpan<byte> text)
    {
        var value = new List<byte>();
        var kept = 0;
        byte quote = 0;
        var index = 0;
        for (; index < text.Length; index++)
        {
            var current = text[index];
            if (quote == 0 && current == '\n') break;
            if (quote == 0 && value.Count == 0 && current is (byte)' ' or (byte)'\t' && kept == 0) continue;
            if (current == quote && quote != 0 || quote == 0 && current is (byte)'"' or (byte)'\'')
            {
                quote = quote == 0 ? current : (byte)0;
                kept = value.Count;
                continue;
            }
            if (current == Escape && quote != (byte)'\'' && index + 1 < text.Length)
            {
                var next = text[++index];
                if (next == '\n') continue;
                if (quote == (byte)'"' && !"\"\\`$"u8.Contains(next)) value.Add(Escape);
                value.Add(next);
                kept = value.Count;
                continue;
            }
            value.Add(current);
            if (quote != 0 || current is not ((byte)' ' or (byte)'\t' or (byte)'\r')) kept = value.Count;
        }
        text = text[Math.Min(index + 1, text.Length)..];
        return [.. value.Take(kept)];
    }
}
