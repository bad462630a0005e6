using Rwho.Actors;
using Rwho.Protocol;

namespace Rwho.Tests.Node.Program;

public sealed class CheckTests
{
    private const string Lan = "ip link add lan0 type veth peer name lan1 && ip addr add 10.9.0.1/24 brd + dev lan0"
        + " && ip link set lan0 up && ip link set lan1 up";

    [ProgramFact]
    public async Task It_tells_what_the_daemon_would_do()
    {
        var outcome = await Rwhod.Run(new Start { Before = Lan }, "check", "--name", "beta", "--port", "5130",
            "--spool", "/nonexistent/spool", "--interval", "90s", "-u", "nobody", "-i", "lan0", "-i", "lan9");
        Assert.True(outcome is { Status: 0, Errors: "" }, outcome.ToString());
        Assert.Equal(
            [
                "name       beta", "port       5130", "user       nobody (after the start as root)",
                "spool      /nonexistent/spool (to be made)", "announces  every 90s",
                "takes      announcements from port 5130", "answers    [::]:5513, /run/rwho/rwhod.sock",
                "network    lan0 10.9.0.1/24: to 10.9.0.255:5130",
                "network    lan9 does not exist (yet); it is used as soon as it does",
            ],
            outcome.Output.Split('\n').Take(9));
    }

    /// <summary>
    /// Root could have more, but is not root any more when it binds. Linux keeps twice what is asked for.
    /// </summary>
    [ProgramFact]
    public async Task It_tells_the_receive_buffer_that_an_ordinary_user_is_granted()
    {
        var limit = long.Parse(await File.ReadAllTextAsync("/proc/sys/net/core/rmem_max"));
        var outcome = await Rwhod.Run("check", "-u", "nobody");
        Assert.Contains(limit >= 4_194_304
            ? "buffer     8388608 bytes for datagrams that wait\n"
            : $"buffer     {2 * limit} bytes for datagrams that wait, 8388608 wanted: set net.core.rmem_max to "
                + "4194304\n",
            outcome.Output, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task It_tells_every_limit()
    {
        var outcome = await Rwhod.Run("check", "-u", "nobody", "--name", "beta", "--hosts-max", "7", "--rate-max", "0");
        Assert.True(HostName.TryParse("beta", out var name));
        foreach (var (limit, value) in NodeLimits.Of(new NodeSettings { Name = name, HostsMax = 7, RateMax = 0 }))
            Assert.Contains($"limit      {limit}: {(value == 0 ? "none" : value)}\n", outcome.Output,
                StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task It_tells_what_would_become_of_a_recording_and_leaves_it_alone()
    {
        using var place = Rwhod.PublicPlace();
        var file = Path.Combine(place.Path, "rwho.pcap");
        Assert.Contains($"records to {file} (to be made)\n",
            (await Rwhod.Run("check", "-u", "nobody", "--record", file)).Output, StringComparison.Ordinal);
        Assert.False(Path.Exists(file));
        place.Write("rwho.pcap", "text"u8);
        Assert.Contains($"records to {file} (refused: it is there already, ",
            (await Rwhod.Run("check", "-u", "nobody", "--record", file)).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("records to", (await Rwhod.Run("check", "-u", "nobody")).Output,
            StringComparison.Ordinal);
    }

    [ProgramTheory]
    [InlineData("-l", "announces  nothing")]
    [InlineData("--send-only", "takes      nothing")]
    [InlineData("--any-port", "takes      announcements from any port")]
    [InlineData("-f", "passes on  statuses between its networks, and from neighbours to them")]
    [InlineData("--neighbour=gw.other.example", "neighbour  gw.other.example")]
    [InlineData("--accept-neighbour=192.0.2.0/24", "neighbour  each node of 192.0.2.0/24 that names it")]
    [InlineData("-b", "network    none yet; one is used as soon as it is there")]
    public async Task It_tells_what_is_switched_on_or_off(string option, string line) => Assert.Contains(
        line, (await Rwhod.Run("check", "-u", "nobody", option)).Output.Split('\n'));

    [ProgramFact]
    public async Task It_binds_nothing_and_makes_nothing()
    {
        using var place = Rwhod.PublicPlace();
        var spool = Path.Combine(place.Path, "spool");
        await using var daemon = Rwhod.Begin(new Start(), "-u", "nobody", "--port", "5130", "--spool", spool);
        await daemon.UntilErrorsSay("listening on");
        var check = new System.Diagnostics.ProcessStartInfo("nsenter",
            [$"--net=/proc/{daemon.Id}/ns/net", Rwhod.Path, "check", "-u", "nobody", "--port", "5130",
                "--spool", spool + "2"])
        { RedirectStandardOutput = true };
        using var checking = System.Diagnostics.Process.Start(check)!;
        var output = await checking.StandardOutput.ReadToEndAsync();
        await checking.WaitForExitAsync();
        Assert.Equal(0, checking.ExitCode);
        Assert.Contains("port       5130", output, StringComparison.Ordinal);
        Assert.False(Path.Exists(spool + "2"));
    }

    [ProgramFact]
    public async Task It_works_for_everybody()
    {
        using var place = Rwhod.PublicPlace();
        var closed = new Start
        {
            AsNobody = true,
            Before = $"mkdir -m 700 {place.Path}/closed",
            Environment = new() { ["XDG_STATE_HOME"] = "/srv/state" },
        };
        var outcome = await Rwhod.Run(closed, "check");
        Assert.True(outcome is { Status: 0, Errors: "" }, outcome.ToString());
        var lines = outcome.Output.Split('\n');
        Assert.Contains("port       10513 (the user profile: port 513 is not permitted here)", lines);
        Assert.Contains("user       nobody", lines);
        Assert.Contains(lines, line => line.StartsWith("spool      /srv/state/rwho (", StringComparison.Ordinal));
        outcome = await Rwhod.Run(closed with { Before = ":" }, "check", "--spool", place.Path + "/closed");
        Assert.Contains($"spool      {place.Path}/closed (not readable as nobody)\n", outcome.Output,
            StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task A_bad_file_is_told_and_nothing_else()
    {
        using var place = Rwhod.PublicPlace();
        var file = place.Write("rwhod.json", "{\n  \"port\": 0\n}"u8);
        var outcome = await Rwhod.Run("check", "--config", file);
        Assert.Equal((78, ""), (outcome.Status, outcome.Output));
        ExitStatusTests.AssertOneLine(outcome, $"rwhod: {file}:2:", "a number from 1 to 65535");
    }
}
