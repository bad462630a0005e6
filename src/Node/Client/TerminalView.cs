using System.Runtime.InteropServices;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Node.Client;

/// <summary>
/// The board on a terminal, drawn again at each change, each second and each new size of the window. At Dispose the
/// terminal is as it was; also while the program is stopped by Ctrl-Z, and after Ctrl-\.
/// </summary>
internal sealed class TerminalView : IWatchView
{
    /// <summary>Pictures follow each other no faster, however many changes there are.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a picture may be under way before the terminal is taken for halted.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly WatchedBoard board;
    private readonly BoardScreen screen;
    private readonly Stream output;
    private readonly Action<Exception> failed;
    private readonly long start = TimeProvider.System.GetTimestamp();
    private readonly Timer timer;
    private readonly PosixSignalRegistration[] signals;
    private string? trouble;
    private TimeSpan drawn;
    private bool isAway;
    private bool isDisposed;

    /// <param name="failed">Told when the terminal takes no more, or a picture cannot be drawn.</param>
    public TerminalView(WatchedBoard board, BoardScreen screen, Stream output, Action<Exception> failed)
    {
        this.board = board;
        this.screen = screen;
        this.output = output;
        this.failed = failed;
        timer = new Timer(_ => Draw());
        Write(BoardScreen.Enter);
        signals =
        [
            PosixSignalRegistration.Create(WindowSize.Changed, _ => DrawIn(TimeSpan.Zero)),
            PosixSignalRegistration.Create(Terminal.Continued, GoOn),
            PosixSignalRegistration.Create(Terminal.Stopping, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Abandon()),
        ];
    }

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(start);

    public void Take(BoardLine line, ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            trouble = null;
            if (board.Apply(line, Now)) DrawSoon();
        }
    }

    public void Lost(string reason)
    {
        lock (gate)
        {
            trouble = $"{reason}; trying again";
            DrawSoon();
        }
    }

    public void Abandon()
    {
        var isFree = gate.TryEnter(Grace);
        try
        {
            if (!isDisposed && !isAway && Terminal.TakesMore()) Write(BoardScreen.Leave);
            isDisposed = true;
        }
        finally
        {
            if (isFree) gate.Exit();
        }
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        lock (gate)
        {
            timer.Dispose();
            if (isDisposed) return;
            isDisposed = true;
            if (!isAway) Write(BoardScreen.Leave);
        }
    }

    // Nothing is drawn from the moment the terminal is given back: whoever draws needs the gate.
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (gate)
        {
            if (!isDisposed && !isAway) Write(BoardScreen.Leave);
            isAway = true;
            Terminal.Stop();
        }

        DrawIn(TimeSpan.Zero);
    }

    // What .NET does by itself then is to set the terminal's modes, which in the background would stop us again.
    private void GoOn(PosixSignalContext context)
    {
        context.Cancel = true;
        DrawIn(TimeSpan.Zero);
    }

    private void DrawSoon()
    {
        var wait = drawn + ShortestPause - Now;
        DrawIn(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }

    // Without the gate, which a halted terminal may keep for long: a signal must not wait behind it. After Dispose it
    // does nothing.
    private void DrawIn(TimeSpan wait) => timer.Change(wait, LongestPause);

    private void Draw()
    {
        lock (gate)
        {
            if (isDisposed || !Terminal.IsForeground) return;
            if (isAway) Write(BoardScreen.Enter);
            isAway = false;
            drawn = Now;
            try
            {
                var (columns, lines) = WindowSize.Read();
                output.Write(screen.Draw(board, trouble, drawn, columns, lines));
            }
#pragma warning disable CA1031 // whatever it is: on a timer it would end the process, and leave the terminal as it is
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failed(failure);
            }
        }
    }

    private void Write(string text)
    {
        try
        {
            output.Write(Encoding.ASCII.GetBytes(text));
        }
        catch (IOException failure)
        {
            failed(failure);
        }
    }
}
