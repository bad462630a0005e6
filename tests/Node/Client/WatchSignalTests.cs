using System.Diagnostics;
using System.Text.RegularExpressions;
using Rwho.Node.Client;

namespace Rwho.Tests.Node.Client;

/// <summary>A watch that is ended, stopped and continued: it obeys, and the terminal is as it was.</summary>
public sealed partial class WatchSignalTests : IDisposable
{
    private const string Enter = "\u001b[?1049h\u001b[?25l", Leave = "\u001b[?25h\u001b[?1049l";

    private readonly WatchedNode node = new();

    public WatchSignalTests() => node.Say(Boards.Board(Boards.Row("alpha")));

    public void Dispose() => node.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_second_signal_ends_a_watch_whose_pipe_nobody_empties(string signal, int status)
    {
        using var full = new WatchedNode();
        full.Say(Boards.Board([.. Enumerable.Range(0, 3000).Select(i => Boards.Row($"host{i}"))]));
        using var process = Process.Start(ClientProgram.Start("ruptime", "--watch", "--node", full.Address))!;
        Assert.Contains("host0 ", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        await Eventually.True(
            () =>
            {
                Send(signal, process.Id);
                return process.HasExited;
            },
            "ended");
        Assert.Equal(status, process.ExitCode);
    }

    [Fact]
    public async Task A_second_signal_ends_a_watch_whose_terminal_is_halted()
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        var process = await ProcessAsync();
        terminal.Type("\u0013");
        await Eventually.True(
            () =>
            {
                Send("TERM", process.Id);
                return process.HasExited;
            },
            "ended");
        terminal.Type("\u0011");
        await terminal.EndAsync();
    }

    [Theory]
    [InlineData("\u001c", "ended 131")]
    [InlineData("\u0003", "ended 0")]
    public async Task The_terminal_is_as_it_was_after_the_keys_that_end(string key, string ended)
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        terminal.Type(key);
        AssertOrder(await terminal.EndAsync(), Enter, "alpha", Leave, ended);
    }

    [Fact]
    public async Task Ctrl_z_gives_the_terminal_back_until_it_is_continued()
    {
        using var terminal = new Terminal($"sh -mc '{node.Command}; echo stopped $?; fg'", 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        terminal.Type("\u001a");
        await terminal.Says("stopped ");
        node.Say(Boards.Board(Boards.Row("gamma")));
        await terminal.Shows(picture => picture.Contains("\ngamma ", StringComparison.Ordinal));
        terminal.Type("\u0003");
        AssertOrder(await terminal.EndAsync(), Enter, "alpha", Leave, "stopped 148", Enter, "gamma", Leave, "ended 0");
    }

    [Fact]
    public async Task In_the_background_it_leaves_the_terminal_alone_until_it_is_in_the_foreground_again()
    {
        var command = $"sh -mc '{node.Command}; bg; echo waiting; read line; echo read $line; fg'";
        using var terminal = new Terminal(command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        terminal.Type("\u001a");
        await terminal.Says("waiting");
        var pictures = terminal.Pictures;
        node.Say(Boards.Board(Boards.Row("beta")));
        node.HangUp();
        await Eventually.True(() => node.Requests.Count == 2, "asked again");
        Assert.Equal(pictures, terminal.Pictures);
        node.Say(Boards.Board(Boards.Row("gamma")));
        terminal.Type("on\n");
        await terminal.Shows(picture => picture.Contains("\ngamma ", StringComparison.Ordinal));
        terminal.Type("\u0003");
        AssertOrder(await terminal.EndAsync(), Enter, Leave, "waiting", "read on", Enter, "gamma", Leave, "ended 0");
    }

    [Fact]
    public async Task Ctrl_z_where_nobody_could_continue_it_changes_nothing()
    {
        using var terminal = new Terminal(node.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("alpha", StringComparison.Ordinal));
        terminal.Type("\u001a");
        await terminal.Says(Leave);
        node.Say(Boards.Board(Boards.Row("gamma")));
        await terminal.Shows(picture => picture.Contains("\ngamma ", StringComparison.Ordinal));
        terminal.Type("\u0003");
        AssertOrder(await terminal.EndAsync(), Enter, "alpha", Leave, Enter, "gamma", Leave, "ended 0");
    }

    [Fact]
    public async Task A_node_whose_time_is_the_last_there_is_can_be_watched()
    {
        using var late = new WatchedNode();
        late.Say(Boards.Board(Boards.Row("alpha")).Replace(
            $"\"time\":{Boards.Now}", "\"time\":253402300799", StringComparison.Ordinal));
        using var terminal = new Terminal(late.Command, 100, 20);
        await terminal.Shows(picture => picture.Contains("23:59:59", StringComparison.Ordinal));
        await Eventually.True(() => terminal.Pictures >= 3, () => terminal.Written);
        terminal.Type("\u0003");
        AssertOrder(await terminal.EndAsync(), Enter, Leave, "ended 0");
    }

    [Fact]
    public async Task A_picture_that_cannot_be_drawn_is_told_once_and_the_terminal_is_as_it_was()
    {
        using var output = new BrokenScreen();
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var view = new TerminalView(
            new WatchedBoard(_ => true), new BoardScreen("alpha", default, hasColours: false), output,
            failure => told.TrySetResult(failure)))
        {
            view.Lost("nobody there");
            Assert.IsType<InvalidTimeZoneException>(await told.Task.WaitAsync(Eventually.Deadline));
        }

        AssertOrder(output.Written, Enter, Leave);
    }

    private static void AssertOrder(string written, params string[] parts)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var next = written.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(next >= 0, $"'{part}' is not where it has to be in {written}");
            at = next + part.Length;
        }

        Assert.Equal(parts.Count(part => part == Leave), LeaveScreen().Count(written));
    }

    private async Task<Process> ProcessAsync()
    {
        Process? found = null;
        await Eventually.True(
            () => (found = Process.GetProcessesByName("rwhod").FirstOrDefault(IsOurs)) is not null, "the program");
        return found!;
    }

    private bool IsOurs(Process process) =>
        File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith(
            node.Command.Replace(' ', '\0'), StringComparison.Ordinal);

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("kill", [$"-{signal}", $"{process}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    [GeneratedRegex(@"\[\?1049l")]
    private static partial Regex LeaveScreen();

    /// <summary>Takes the screens' beginning and end, and fails at every picture.</summary>
    private sealed class BrokenScreen : MemoryStream
    {
        public string Written => System.Text.Encoding.ASCII.GetString(ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.IndexOf("[J"u8) >= 0) throw new InvalidTimeZoneException();
            base.Write(buffer);
        }
    }
}
