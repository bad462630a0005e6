using System.Diagnostics;
using Rwho.Actors.Query;
using Rwho.Tests.Node.Linux;

namespace Rwho.Tests.Node.Client;

/// <summary>A watch that is written to a file or another program.</summary>
public sealed class WatchOutputTests : IDisposable
{
    private const string Row = "alpha         up    1+00:02,     1 user,   load 0.32, 0.21, 0.12";

    private readonly WatchedNode node = new();
    private readonly TemporaryDirectory place = new();
    private readonly List<Process> watches = [];

    public WatchOutputTests() => node.Say(Boards.Board(Boards.Row("alpha")));

    private string Log => Path.Combine(place.Path, "log");

    public void Dispose()
    {
        foreach (var watch in watches)
        {
            watch.Kill();
            watch.Dispose();
        }

        node.Dispose();
        place.Dispose();
    }

    [Theory]
    [InlineData(">")]
    [InlineData(">>")]
    public async Task A_file_keeps_every_line_beside_what_goes_to_standard_error(string redirection)
    {
        File.WriteAllText(Log, redirection == ">" ? "" : "before\n");
        var watch = Shell($"exec {node.Command} {redirection} {Log} 2>&1");
        await Eventually.True(() => LogLines.Length > 0 && LogLines[^1].EndsWith(Row, StringComparison.Ordinal), "row");
        node.HangUp();
        node.Say(Boards.Board(Boards.Row("alpha")));
        node.Say(Boards.Change(ChangeKind.Status, Boards.Row("alpha")));
        await Eventually.True(() => Text.Contains(" status ", StringComparison.Ordinal), () => Text);
        watch.Kill();
        string[] before = redirection == ">" ? [] : ["before"];
        Assert.Equal(
            [
                .. before, $"05:32:35 board      {Row}",
                $"ruptime: {node.Address} ended the connection; trying again",
                $"05:32:35 board      {Row}", $"05:32:35 status     {Row}",
            ],
            LogLines);
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        var watch = Shell($"exec {node.Command} > /dev/full");
        var errors = await watch.StandardError.ReadToEndAsync();
        await watch.WaitForExitAsync();
        Assert.Equal((74, "ruptime: cannot write: No space left on device\n"), (watch.ExitCode, errors));
    }

    [Fact]
    public async Task What_a_node_says_instead_of_a_reply_cannot_command_the_terminal()
    {
        var watch = Shell($"exec {node.Command}");
        Assert.EndsWith(Row, await watch.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        node.Say("error: \u001b]0;a title\u0007\u009b2J\n");
        Assert.Equal($"ruptime: {node.Address} answers: ?]0;a title??2J; trying again",
            await watch.StandardError.ReadLineAsync());
    }

    [Fact]
    public async Task Lines_of_json_cannot_command_the_terminal()
    {
        var watch = Shell($"exec {node.Command} --json");
        Assert.Equal(Boards.Board(Boards.Row("alpha")), await watch.StandardOutput.ReadLineAsync() + "\n");
        node.Say(Boards.Change(ChangeKind.Status, Boards.Row("alpha")).Replace(
            "pts/0", "\u001b[2J\u0007\u009b", StringComparison.Ordinal));
        Assert.Equal(Boards.Change(ChangeKind.Status, Boards.Row("alpha")).Replace(
            "pts/0", "?[2J??", StringComparison.Ordinal), await watch.StandardOutput.ReadLineAsync() + "\n");
    }

    private string Text => File.ReadAllText(Log);

    private string[] LogLines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Process Shell(string command)
    {
        var start = ClientProgram.Start();
        start.ArgumentList[^1] = "/bin/sh";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        var watch = Process.Start(start)!;
        watches.Add(watch);
        return watch;
    }
}
