using System.Globalization;
using System.Numerics;
using System.Text;
using Rwho.Node.Linux;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>/proc/stat, /proc/loadavg, /proc/PID/stat and /proc/PID/cmdline.</summary>
internal sealed class ProcTarget() : Target("proc", 512)
{
    private static readonly byte[][] Language = WordList.Of(
        "btime ", "btime", "\nbtime ", "1795152694\n", "9223372036854775807", "9223372036854775808", "21474836.47",
        "21474836.48", "0.00 ", "0.29 ", "1.005 ", ".", " ", "\n", "\t", "-1", "99999999999999999999",
        ") S 1 1 1 34816 ",
        "1 (a b) ", ") ", "-2147483648 ", "1024 ", "1088 ", "\0");

    private static readonly string[] Kinds = ["pts/", "ttyS", "tty"];

    private readonly int[] loads = new int[ProcFiles.LoadCount];

    public override IReadOnlyList<byte[]> Words => Language;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var kind = CheckBootTime(input) ? 1 : 0;
        kind += CheckLoads(input) ? 2 : 0;
        if (SessionScope.TryReadTerminal(input, out var line))
        {
            kind += 4;
            Unless(IsTerminal(Encoding.Latin1.GetString(line)), "a terminal is pts/N, ttyN or ttySN");
        }

        var arguments = CommandLine.Split(input);
        var bytes = arguments.Sum(text => text.Length + 1);
        Unless(bytes - input.Length == (input.IsEmpty || input[^1] == 0 ? 0 : 1), "arguments are all bytes but NULs");
        return new Outcome(kind == 0 ? Depth.Refused : Depth.Taken, kind + 8 * Math.Min(arguments.Count, 7));
    }

    private static bool CheckBootTime(ReadOnlySpan<byte> input)
    {
        var isRead = ProcFiles.TryReadBootTime(input, out var bootTime);
        var text = Encoding.Latin1.GetString(input);
        var line = text.Split('\n').FirstOrDefault(at => at.StartsWith("btime ", StringComparison.Ordinal));
        var number = line?["btime ".Length..].Split(' ', '\t', '\r')[0] ?? "";
        var isNumber = number.Length > 0 && number.All(char.IsAsciiDigit);
        Unless(isRead == isNumber, "the boot time is the number of the first btime line");
        if (isRead) Unless(bootTime == Clamp(number, long.MaxValue), "a number beyond all is the largest");
        return isRead;
    }

    private bool CheckLoads(ReadOnlySpan<byte> input)
    {
        if (!ProcFiles.TryReadLoads(input, loads)) return false;
        var words = Encoding.Latin1.GetString(input).Split([' ', '\n', '\t', '\r'],
            StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < loads.Length; i++)
        {
            var parts = words[i].Split('.');
            Unless(parts.Length <= 2 && parts.All(part => part.All(char.IsAsciiDigit)),
                "a load is digits and one point");
            var hundredths = parts.Length == 1 ? "00" : (parts[1] + "00")[..2];
            Unless(loads[i] == Clamp(parts[0] + hundredths, int.MaxValue),
                "a load is its first two decimals, not rounded");
        }

        return true;
    }

    private static long Clamp(string digits, long most) =>
        (long)BigInteger.Min(BigInteger.Parse(digits, CultureInfo.InvariantCulture), most);

    private static bool IsTerminal(string line) =>
        Kinds.FirstOrDefault(kind => line.StartsWith(kind, StringComparison.Ordinal)) is { } kind
        && int.TryParse(line[kind.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
