using Rwho.Actors.Announce;

namespace Rwho.Node.Linux;

/// <summary>Boot time and load averages from /proc.</summary>
public static class ProcFiles
{
    /// <summary>How many load averages there are: of 1, 5 and 15 minutes.</summary>
    public const int LoadCount = 3;

    private const int StatLimit = 1 << 24;
    private const int LoadLimit = 4096;
    private const int Hundredths = 100;

    /// <summary>
    /// The boot time in Unix seconds from the text of /proc/stat, its <c>btime</c> line. False when there is none.
    /// </summary>
    public static bool TryReadBootTime(ReadOnlySpan<byte> stat, out long bootTime)
    {
        bootTime = 0;
        foreach (var range in stat.Split((byte)'\n'))
        {
            var line = stat[range];
            if (!line.StartsWith("btime "u8)) continue;
            return TryReadNumber(line["btime "u8.Length..], out bootTime, out var used)
                && IsEnd(line["btime "u8.Length..][used..]);
        }
        return false;
    }

    /// <summary>
    /// The three load averages, times 100, from the text of /proc/loadavg, digit by digit: 0.29 is 29 for sure. Loads
    /// beyond an int are <see cref="int.MaxValue"/>. False when three numbers are not there.
    /// </summary>
    public static bool TryReadLoads(ReadOnlySpan<byte> loadavg, Span<int> hundredths)
    {
        for (var index = 0; index < LoadCount; index++)
        {
            if (!TryReadHundredths(loadavg, out hundredths[index], out var used)) return false;
            loadavg = loadavg[used..];
            if (loadavg.IsEmpty ? index < LoadCount - 1 : !IsSpace(loadavg[0])) return false;
            loadavg = loadavg.TrimStart(" \n"u8);
        }
        return true;
    }

    /// <summary>The boot time in Unix seconds, null when <paramref name="path"/> does not tell.</summary>
    /// <param name="unread">Is added the file in that case.</param>
    public static long? BootTime(string path = "/proc/stat", ICollection<Unread>? unread = null)
    {
        if (SmallFile.TryRead(path, StatLimit, out var stat, out var trouble)
            && TryReadBootTime(stat, out var bootTime))
            return bootTime;
        unread?.Add(new Unread(path, trouble ?? WhyNothing(path, "btime")));
        return null;
    }

    /// <summary>The loads of 1, 5 and 15 minutes times 100, null when <paramref name="path"/> does not tell.</summary>
    /// <param name="unread">Is added the file in that case.</param>
    public static int[]? Loads(string path = "/proc/loadavg", ICollection<Unread>? unread = null)
    {
        var loads = new int[LoadCount];
        if (SmallFile.TryRead(path, LoadLimit, out var text, out var trouble) && TryReadLoads(text, loads))
            return loads;
        unread?.Add(new Unread(path, trouble ?? WhyNothing(path, "loads")));
        return null;
    }

    private static string WhyNothing(string path, string what) =>
        File.Exists(path) ? $"no {what} in it" : "it does not exist";

    private static bool TryReadHundredths(ReadOnlySpan<byte> text, out int hundredths, out int used)
    {
        hundredths = 0;
        if (!TryReadNumber(text, out var whole, out used)) return false;
        var fraction = 0;
        if (used < text.Length && text[used] == '.')
        {
            used++;
            for (var weight = Hundredths / 10; used < text.Length && char.IsAsciiDigit((char)text[used]); used++)
            {
                fraction += (text[used] - '0') * weight;
                weight /= 10;
            }
        }
        hundredths = whole > (int.MaxValue - fraction) / Hundredths
            ? int.MaxValue
            : (int)whole * Hundredths + fraction;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out long number, out int used)
    {
        number = 0;
        for (used = 0; used < text.Length && char.IsAsciiDigit((char)text[used]); used++)
        {
            var digit = text[used] - '0';
            number = number > (long.MaxValue - digit) / 10 ? long.MaxValue : number * 10 + digit;
        }
        return used > 0;
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IsEmpty || IsSpace(rest[0]);

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
