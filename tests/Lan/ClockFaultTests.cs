using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>
/// The clock of a host that runs our node is set by hours, as libfaketime has it: the time of day moves, and the clock
/// that counts from the start does not, as when an operator sets it.
/// </summary>
public sealed class ClockFaultTests(ITestOutputHelper output)
{
    [ClockTheory]
    [InlineData("+5h")]
    [InlineData("-7h")]
    public async Task A_clock_set_by_hours_calls_nobody_down_and_nobody_dead_up(string by)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta", "gamma");
        (LanHost alpha, LanHost beta, LanHost gamma) = (hosts[0], hosts[1], hosts[2]);
        await beta.StartDebian();
        await using Node other = await Node.Start(gamma, "--interval", "1s");
        alpha.Keep(Announcement.Of("dead", 2000));
        string clock = alpha.PathOf("/run/clock");
        await File.WriteAllTextAsync(clock, "+0");
        // libfaketime keeps a semaphore there by the process' number, and its user must not change.
        await alpha.Run("/bin/mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm");
        await using HostProcess node = alpha.Start(
            "/usr/bin/setpriv", "--reuid=rwhod", "--regid=nogroup", "--clear-groups",
            "--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service",
            "/usr/bin/env", $"LD_PRELOAD={ClockTheoryAttribute.Library}", "FAKETIME_TIMESTAMP_FILE=/run/clock",
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", NodeProgram.Path, "--interval", "1s");
        var story = new FaultStory($"the clock is set by {by}", alpha, node, output);
        await story.IsTold("listening on");
        await Board(alpha, "alpha up", "dead down", "gamma up");
        await Board(gamma, "alpha up");
        await Eventually.True(() => beta.SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");
        long shown = await Sent(gamma, "alpha");

        await story.Break(() => File.WriteAllTextAsync(clock, by));
        await story.IsTold("this host's clock was set by -?[0-9]+ s: what was heard before is as old as it was");

        foreach (int _ in Enumerable.Range(0, 5)) await Board(alpha, "alpha up", "dead down", "gamma up");
        int heard = beta.ReceivedAt("alpha");
        await story.Mend(
            ":",
            async () => Math.Abs(await Sent(gamma, "alpha") - shown) > 3600 && beta.ReceivedAt("alpha") > heard,
            "the others take what alpha says by its new clock");
        await Board(gamma, "alpha up");
        Assert.Contains("alpha ", (await beta.Run("/usr/bin/ruptime")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("down", (await beta.Run("/usr/bin/ruptime")).Text, StringComparison.Ordinal);
        Assert.Equal(1, story.Lines("clock was set by"));

        await File.WriteAllTextAsync(clock, "+0");
        await Eventually.True(() => story.Lines("clock was set by") == 2, "set back, and told");
        await Board(alpha, "alpha up", "dead down", "gamma up");
    }

    /// <summary>The board has these rows and no other state of them.</summary>
    private static Task<string> Board(LanHost host, params string[] rows) => Eventually.Answer(
        async () => string.Join(", ", (await Row.Read(host)).Select(row => $"{row.Name} {row.State}")),
        board => rows.All(row => board.Split(", ").Contains(row)), $"{string.Join(", ", rows)} on {host.Name}");

    private static async Task<long> Sent(LanHost node, string name) => long.Parse(
        Regex.Match(await Client.Ask(node, $"json {name}"), "\"sent\":([0-9]+)").Groups[1].Value,
        System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A fact that needs libfaketime, too.</summary>
public sealed class ClockTheoryAttribute : TheoryAttribute
{
    public ClockTheoryAttribute() =>
        Skip = NodeRequirements.Missing
            ?? (MustRun || Library is not null ? null : "needs libfaketime (package libfaketime)");

    /// <summary>Debian keeps it in a directory of the machine's kind.</summary>
    public static string? Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib").Select(place => $"{place}/faketime/libfaketime.so.1")
            .FirstOrDefault(File.Exists)
        : null;

    private static bool MustRun => Environment.GetEnvironmentVariable("CI") == "true";
}
