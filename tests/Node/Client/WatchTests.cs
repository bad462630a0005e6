using System.Diagnostics;
using Rwho.Actors.Query;

namespace Rwho.Tests.Node.Client;

public sealed class WatchTests : IDisposable
{
    private const string Red = "\u001b[31m", Bold = "\u001b[1m";
    private const string Enter = "\u001b[?1049h\u001b[?25l", Leave = "\u001b[?25h\u001b[?1049l";

    private readonly WatchedNode node = new();

    public WatchTests() => node.Say(Boards.Board(Boards.Row("alpha"), Boards.Row("beta", silence: 700)));

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_terminal_shows_the_board_and_its_changes_and_is_as_it_was_after_ctrl_c()
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("1 up, 1 down", StringComparison.Ordinal)
            && picture.Contains("\nalpha         up    1+00:02,     1 user,   load 0.32", StringComparison.Ordinal)
            && picture.Contains($"\n{Red}beta        down       0:12", StringComparison.Ordinal));
        node.Say(Boards.Change(ChangeKind.Up, Boards.Row("beta")));
        await terminal.Shows(picture => picture.Contains($"{Bold}beta          up", StringComparison.Ordinal));
        node.Say(Boards.Change(ChangeKind.Forgotten, Boards.Row("alpha")));
        await terminal.Shows(picture => !picture.Contains("alpha", StringComparison.Ordinal));
        terminal.Type("\u0003");
        var written = await terminal.EndAsync();
        Assert.Contains(Enter, written, StringComparison.Ordinal);
        Assert.Contains(Leave, written, StringComparison.Ordinal);
        Assert.Contains("ended 0", written, StringComparison.Ordinal);
        Assert.Contains(" echo ", written, StringComparison.Ordinal);
        Assert.Contains(" icanon ", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_restores_the_terminal_too()
    {
        var command = $"sh -c 'echo pid $$; exec {node.Command}'";
        using var terminal = new Terminal(command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        var pid = terminal.Written.Split("pid ")[1].Split('\r')[0];
        using (var kill = Process.Start("kill", ["-TERM", pid])) await kill.WaitForExitAsync();
        var written = await terminal.EndAsync();
        Assert.Contains(Leave, written, StringComparison.Ordinal);
        Assert.Contains("ended 0", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_colours_nothing_is_red()
    {
        using var terminal = new Terminal(node.Command, 100, 20, ("NO_COLOR", "1"));
        await terminal.Shows(picture => picture.Contains("\nbeta        down", StringComparison.Ordinal));
        terminal.Type("\u0003");
        Assert.DoesNotContain(Red, await terminal.EndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_window_shows_what_it_has_room_for()
    {
        using var terminal = new Terminal(node.Command, 20, 3);
        await terminal.Shows(picture => picture.EndsWith("... and 2 more\u001b[K", StringComparison.Ordinal)
            || picture.Contains("... and 2 more", StringComparison.Ordinal));
        Assert.DoesNotContain("load", terminal.Written, StringComparison.Ordinal);
        terminal.Type("\u0003");
        await terminal.EndAsync();
    }

    [Fact]
    public async Task A_window_that_changes_its_size_is_drawn_anew()
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("load", StringComparison.Ordinal));
        await terminal.ResizeAsync(20, 3);
        await terminal.Shows(picture => picture.Contains("... and 2 more", StringComparison.Ordinal)
            && !picture.Contains("load", StringComparison.Ordinal));
        terminal.Type("\u0003");
        await terminal.EndAsync();
    }

    [Fact]
    public async Task A_node_that_goes_away_is_told_and_asked_again()
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        node.HangUp();
        await terminal.Shows(picture => picture.Contains("ended the connection; trying", StringComparison.Ordinal));
        node.Say(Boards.Board(Boards.Row("gamma")));
        await terminal.Shows(picture => picture.Contains("\ngamma ", StringComparison.Ordinal));
        terminal.Type("\u0003");
        await terminal.EndAsync();
        Assert.Equal(2, node.Requests.Count(request => request == "watch"));
    }

    [Fact]
    public async Task Elsewhere_each_change_is_a_line_until_nobody_reads()
    {
        using var process = Process.Start(ClientProgram.Start("ruptime", "--watch", "--node", node.Address, "beta"))!;
        Assert.Equal("05:32:35 board      beta        down       0:12", await process.StandardOutput.ReadLineAsync());
        node.Say(Boards.Change(ChangeKind.Users, Boards.Row("alpha")));
        node.Say(Boards.Change(ChangeKind.Up, Boards.Row("beta")));
        Assert.StartsWith("05:32:35 up         beta          up    1+00:02,",
            await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        process.StandardOutput.Close();
        await Eventually.True(
            () =>
            {
                node.Say(Boards.Change(ChangeKind.Status, Boards.Row("beta")));
                return process.HasExited;
            },
            () => "ended");
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Json_lines_come_as_they_are()
    {
        using var process = Process.Start(ClientProgram.Start(
            "ruptime", "--watch", "--json", "--node", node.Address, "beta"))!;
        Assert.Equal(Boards.Board(Boards.Row("beta", silence: 700)),
            await process.StandardOutput.ReadLineAsync() + "\n");
        process.Kill();
    }

    [Theory]
    [InlineData("error: unknown request; try help\n", 64)]
    [InlineData("{}\n", 69)]
    [InlineData("{\"schema\":1,\"event\":\"board\",\"time\":null,\"hosts\":7}\n", 69)]
    public async Task A_node_that_knows_no_watch(string reply, int status)
    {
        using var old = ScriptedNode.Saying(reply);
        var ended = await ClientProgram.RunAsync("ruptime", "--watch", "--node", old.Address);
        Assert.Equal((status, "", 1), (ended.Status, ended.Output, ended.Errors.Count(at => at == '\n')));
    }
}
