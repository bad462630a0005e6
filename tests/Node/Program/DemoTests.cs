using System.Runtime.InteropServices;

namespace Rwho.Tests.Node.Program;

public sealed class DemoTests : IDisposable
{
    private readonly Linux.TemporaryDirectory temporary = Rwhod.PublicPlace();

    public DemoTests() => File.SetUnixFileMode(temporary.Path, (UnixFileMode)0x1ff);

    public void Dispose() => temporary.Dispose();

    [ProgramTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Once_shows_three_hosts_up_and_leaves_nothing(bool asNobody)
    {
        var outcome = await Rwhod.Run(Start(asNobody), "demo", "--once");
        Assert.True(outcome.Status == 0, outcome.ToString());
        var rows = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["alpha", "beta", "gamma"], rows.Select(row => row.Split(' ')[0]));
        Assert.All(rows, row => Assert.Contains("  up", row, StringComparison.Ordinal));
        Assert.Equal("", outcome.Errors);
        Assert.Empty(Folders());
    }

    [ProgramFact]
    public async Task Two_demonstrations_at_once_do_not_meet()
    {
        var start = Start(false) with { Path = "/bin/sh" };
        var outcome = await Rwhod.Run(
            start, "-c", "\"$0\" demo --once & \"$0\" demo --once && wait $!", Rwhod.Path);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Equal(6, outcome.Output.Split('\n').Count(row => row.Contains("  up", StringComparison.Ordinal)));
        Assert.Empty(Folders());
    }

    [ProgramTheory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task It_shows_the_board_until_told_to_end(PosixSignal signal)
    {
        await using var demo = Rwhod.Begin(Start(false), "demo");
        await Eventually.True(
            () => demo.Output.Contains("gamma", StringComparison.Ordinal),
            () => $"the board in {demo.Output}{demo.Errors}");
        Assert.NotEmpty(Folders());
        demo.Signal(signal);
        var outcome = await demo.Ended();
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Empty(Folders());
    }

    [ProgramFact]
    public async Task Told_to_end_before_it_began_it_ends_as_well()
    {
        await using var demo = Rwhod.Begin(Start(false), "demo");
        await Eventually.True(() => Folders().Length > 0, "its folder");
        demo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await demo.Ended()).Status);
        Assert.Empty(Folders());
    }

    private Start Start(bool asNobody) => new()
    {
        AsNobody = asNobody,
        Environment = new Dictionary<string, string> { ["TMPDIR"] = temporary.Path },
    };

    private string[] Folders() => Directory.GetDirectories(temporary.Path, "rwho-demo-*");
}
