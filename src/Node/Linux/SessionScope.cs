using System.Globalization;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>The control group that holds a session's processes.</summary>
/// <param name="UserId">The numeric user id, its slice's name.</param>
/// <param name="Unit">The scope's unit, <c>session-3.scope</c>; null when the session has none.</param>
public readonly record struct SessionScope(long UserId, string? Unit)
{
    private const int MaxListBytes = 65536;
    private const int MaxStatBytes = 4096;
    private const int MaxProcesses = 64;

    private const int FieldsFromStateToTerminal = 4;
    private const int ConsoleMajor = 4;
    private const int FirstSerialMinor = 64;
    private const int FirstTerminalMajor = 136;
    private const int LastTerminalMajor = 143;

    /// <summary>
    /// The terminal that the first of the scope's processes to have one is controlled by, as a line (<c>pts/0</c>), or
    /// null: a session without one (a file copy over ssh), no cgroup v2, or processes hidden from us.
    /// </summary>
    /// <param name="root">The root directory, <c>/</c> except in tests.</param>
    public byte[]? FindTerminal(string root)
    {
        if (Unit is null || !IsUnitName(Unit)) return null;
        var user = UserId.ToString(CultureInfo.InvariantCulture);
        var list = Path.Combine(root, "sys/fs/cgroup/user.slice", $"user-{user}.slice", Unit, "cgroup.procs");
        if (!SmallFile.TryRead(list, MaxListBytes, out var processes)) return null;
        var left = MaxProcesses;
        foreach (var process in Encoding.ASCII.GetString(processes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (left-- == 0) break;
            if (!process.All(char.IsAsciiDigit)) continue;
            var stat = Path.Combine(root, "proc", process, "stat");
            if (SmallFile.TryRead(stat, MaxStatBytes, out var text) && TryReadTerminal(text, out var line)) return line;
        }
        return null;
    }

    /// <summary>
    /// The controlling terminal from the text of /proc/PID/stat (its field tty_nr, proc_pid_stat(5)). False when there
    /// is none or it is of another kind than <c>pts/N</c>, <c>ttyN</c> and <c>ttySN</c>.
    /// </summary>
    public static bool TryReadTerminal(ReadOnlySpan<byte> stat, out byte[] line)
    {
        line = [];
        var end = stat.LastIndexOf(") "u8);
        if (end < 0) return false;
        var rest = stat[(end + ") "u8.Length)..];
        for (var skipped = 0; skipped < FieldsFromStateToTerminal; skipped++)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank < 0) return false;
            rest = rest[(blank + 1)..];
        }
        var length = rest.IndexOf((byte)' ');
        if (length < 0) return false;
        if (!int.TryParse(rest[..length], NumberStyles.AllowLeadingSign, null, out var device)) return false;
        var major = device >> 8 & 0xfff;
        var minor = device & 0xff | device >> 12 & 0xfff00;
        var name = major switch
        {
            >= FirstTerminalMajor and <= LastTerminalMajor => $"pts/{(major - FirstTerminalMajor) * 256 + minor}",
            ConsoleMajor when minor >= FirstSerialMinor => $"ttyS{minor - FirstSerialMinor}",
            ConsoleMajor when minor > 0 => $"tty{minor}",
            _ => "",
        };
        line = Encoding.ASCII.GetBytes(name);
        return line.Length > 0;
    }

    private static bool IsUnitName(string unit) => unit.EndsWith(".scope", StringComparison.Ordinal)
        && unit.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
