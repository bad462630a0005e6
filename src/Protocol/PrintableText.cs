using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rwho.Protocol;

/// <summary>
/// Bytes from the network on their way to a terminal or a log: whatever is not printable ASCII becomes <c>?</c>, so
/// that no name or line can carry an escape sequence. (The old readers pass such bytes on as they are.)
/// </summary>
public static class PrintableText
{
    private static readonly SearchValues<byte> Printable = SearchValues.Create(
        Enumerable.Range(' ', 0x7F - ' ').Select(b => (byte)b).ToArray());

    /// <summary>The text of a field that ends at its first NUL or at its last byte.</summary>
    public static string OfField(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Of(end < 0 ? field : field[..end]);
    }

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept(Printable)) return Encoding.ASCII.GetString(bytes);
        var characters = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) characters[i] = Printable.Contains(bytes[i]) ? (char)bytes[i] : '?';
        return new string(characters);
    }

    /// <summary>The same in place.</summary>
    public static void Clean(Span<byte> bytes)
    {
        for (int next; (next = bytes.IndexOfAnyExcept(Printable)) >= 0; bytes = bytes[(next + 1)..])
            bytes[next] = (byte)'?';
    }

    /// <summary>
    /// Text in any script, as of a path, in one line for a terminal or a log: control and format characters, which may
    /// move the cursor or turn the direction of what follows, and halves of surrogate pairs become <c>?</c>.
    /// </summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Obeyed.Contains(Rune.GetUnicodeCategory(rune))) line.Append('?');
            else line.Append(rune);
        }

        return line.ToString();
    }

    private static readonly HashSet<UnicodeCategory> Obeyed =
    [
        UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator,
        UnicodeCategory.ParagraphSeparator, UnicodeCategory.Surrogate,
    ];

    public static string Of(string text) =>
        text.Any(c => c is < ' ' or > '~') ? string.Concat(text.Select(c => c is < ' ' or > '~' ? '?' : c)) : text;
}
