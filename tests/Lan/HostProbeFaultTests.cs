using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>A host that cannot tell its load or its users is up all the same, and says what is wrong.</summary>
public sealed class HostProbeFaultTests(ITestOutputHelper output)
{
    private const string Line = "cannot read what this host announces: ";

    /// <summary>The file, what becomes of it, what is said of it, and how it is mended.</summary>
    public static TheoryData<string, string, string, string> Faults { get; } = new()
    {
        {
            "/proc/loadavg is not readable", "touch /run/f; chmod 0 /run/f; mount --bind /run/f /proc/loadavg",
            "/proc/loadavg: Permission denied", "umount /proc/loadavg"
        },
        {
            "/proc/loadavg is empty", "touch /run/f; mount --bind /run/f /proc/loadavg",
            "/proc/loadavg: no loads in it", "umount /proc/loadavg"
        },
        {
            "/proc/stat is garbage", "head -c 100000 /dev/urandom | tr b x > /run/f; mount --bind /run/f /proc/stat",
            "/proc/stat: no btime in it", "umount /proc/stat"
        },
        { "utmp is not readable", "chmod 0 /run/utmp", "/run/utmp: Permission denied", "chmod 644 /run/utmp" },
        {
            "utmp is a directory", "mv /run/utmp /run/kept; mkdir /run/utmp", "/run/utmp: not a regular file",
            "rmdir /run/utmp; mv /run/kept /run/utmp"
        },
        {
            "utmp is a fifo", "mv /run/utmp /run/kept; mkfifo /run/utmp", "/run/utmp: not a regular file",
            "mv /run/kept /run/utmp"
        },
        {
            "logind's sessions are not readable",
            "mv /run/utmp /run/kept; mkdir /run/systemd; install -d -m 0 /run/systemd/sessions",
            "/run/systemd/sessions: Access to the path .* is denied", "mv /run/kept /run/utmp"
        },
    };

    [NodeTheory]
    [MemberData(nameof(Faults))]
    public async Task What_cannot_be_read_is_told_once_and_announcements_go_on(
        string fault, string make, string line, string mend)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        hosts[0].LogIn(new Login("ann", "pts/0", DateTimeOffset.UtcNow.AddHours(-3), TimeSpan.Zero));
        await hosts[1].StartDebian();
        await using Node node = await Node.Start(hosts[0], "--interval", "1s");
        var story = new FaultStory(fault, hosts[0], node.Process, output);
        await Eventually.True(() => hosts[1].SpoolFile("alpha")?.Length == 84, "Debian's rwhod heard of ann");

        await story.Break(make);
        await story.IsTold(Line + line);

        string told = await LoadAndBootTime(hosts[0]);
        int heard = hosts[1].ReceivedAt("alpha");
        await Eventually.True(() => hosts[1].ReceivedAt("alpha") > heard + 1, "announcements go on");
        Assert.Equal(fault.StartsWith("/proc", StringComparison.Ordinal) ? 84 : 60,
            hosts[1].SpoolFile("alpha")!.Length);
        if (fault.StartsWith("/proc/loadavg", StringComparison.Ordinal))
            Assert.Equal(told, await LoadAndBootTime(hosts[0]));
        Assert.NotEqual(0, await Client.Stat(hosts[0], "not_probed"));

        await story.Mend(
            mend,
            () => Task.FromResult(story.Lines("what this host announces can be read again") == 1
                && hosts[1].SpoolFile("alpha")!.Length == 84),
            "ann is announced, and the end of the fault told");
        Assert.Equal(1, story.Lines(Line));
    }

    private static async Task<string> LoadAndBootTime(LanHost host)
    {
        string json = await Client.Ask(host, $"json {host.Name}");
        return Regex.Match(json, "\"boot_time\":[0-9]+").Value + Regex.Match(json, "\"load\":[^]]+").Value;
    }
}
