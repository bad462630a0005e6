using System.ComponentModel;
using System.Diagnostics;

namespace Rwho.Tests.Protocol;

/// <summary>
/// Debian's own <c>ruptime</c> and <c>rwho</c> (packages <c>rwho</c> and <c>rwhod</c>), run over spools of ours. They
/// read /var/spool/rwho and nothing else, hence a private mount namespace with each spool in turn bound over it.
/// </summary>
internal static class DebianPrograms
{
    private const string EachSpool = """
        root=$1; shift
        for spool in "$root"/spool.*; do
            mount --bind "$spool" /var/spool/rwho || exit 99
            run=0
            for command in "$@"; do
                eval "$command" > "$root/text.${spool##*.}.$run"
                run=$((run + 1))
            done
            umount /var/spool/rwho || exit 98
        done
        """;

    private static readonly Lazy<string?> WhyNot = new(FindWhyNot);

    /// <summary>Why they cannot be run here; null if they can.</summary>
    public static string? Absence => WhyNot.Value;

    /// <summary>A shell that demands them (continuous integration) fails without them instead of passing by.</summary>
    public static bool Demanded => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Runs every command over every directory <c>spool.N</c> below the root.</summary>
    /// <returns>What command M printed over spool N, found by a call of the function.</returns>
    public static Func<int, int, string> Run(string root, IEnumerable<string> commands)
    {
        var (status, errors) = Shell([EachSpool, "sh", root, .. commands]);
        Assert.True(status == 0, $"Debian's programs could not be run ({status}): {errors}");
        return (spool, command) => File.ReadAllText(Path.Combine(root, $"text.{spool}.{command}"));
    }

    private static string? FindWhyNot()
    {
        if (!OperatingSystem.IsLinux()) return "Debian's ruptime and rwho run on Linux";
        foreach (var path in (string[])["/usr/bin/ruptime", "/usr/bin/rwho"])
            if (!File.Exists(path)) return $"{path} is not installed (apt-get install rwho rwhod)";
        if (!Directory.Exists("/var/spool/rwho")) return "/var/spool/rwho is missing (apt-get install rwhod)";
        var (status, errors) = Shell(["mount --bind /tmp /var/spool/rwho"]);
        return status == 0 ? null : $"no private mount namespace here: {errors.Trim()}";
    }

    private static (int Status, string Errors) Shell(IEnumerable<string> script)
    {
        string[] asRoot = Environment.IsPrivilegedProcess ? [] : ["--map-root-user"];
        var start = new ProcessStartInfo("unshare", [.. asRoot, "--mount", "sh", "-c", .. script])
        {
            RedirectStandardError = true,
        };
        try
        {
            using var shell = Process.Start(start)!;
            var errors = shell.StandardError.ReadToEnd();
            shell.WaitForExit();
            return (shell.ExitCode, errors);
        }
        catch (Win32Exception noUnshare)
        {
            return (127, noUnshare.Message);
        }
    }
}

/// <summary>A test against Debian's programs: skipped, with the reason, where there are none.</summary>
internal sealed class DebianFactAttribute : FactAttribute
{
    public DebianFactAttribute()
    {
        if (!DebianPrograms.Demanded) Skip = DebianPrograms.Absence;
    }
}
