using System.Runtime.InteropServices;
using System.Text;
using Rwho.Node.Linux;

namespace Rwho.Node.Client;

/// <summary>
/// The board on a terminal, drawn again at each change, each second and each new size of the window. At Dispose the
/// terminal is as it was.
/// </summary>
internal sealed class TerminalView : IWatchView
{
    /// <summary>Pictures follow each other no faster, however many changes there are.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly WatchedBoard board;
    private readonly BoardScreen screen;
    private readonly Stream output;
    private readonly Action failed;
    private readonly long start = TimeProvider.System.GetTimestamp();
    private readonly Timer timer;
    private readonly PosixSignalRegistration resized;
    private string? trouble;
    private TimeSpan drawn;
    private bool isDisposed;

    /// <param name="failed">Told when the terminal takes no more.</param>
    public TerminalView(WatchedBoard board, BoardScreen screen, Stream output, Action failed)
    {
        this.board = board;
        this.screen = screen;
        this.output = output;
        this.failed = failed;
        Write(Encoding.ASCII.GetBytes(BoardScreen.Enter));
        timer = new Timer(_ => Draw());
        resized = PosixSignalRegistration.Create(WindowSize.Changed, _ => DrawIn(TimeSpan.Zero));
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

    public void Dispose()
    {
        resized.Dispose();
        lock (gate)
        {
            if (isDisposed) return;
            isDisposed = true;
            timer.Dispose();
            Write(Encoding.ASCII.GetBytes(BoardScreen.Leave));
        }
    }

    private void DrawSoon()
    {
        var wait = drawn + ShortestPause - Now;
        DrawIn(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }

    private void DrawIn(TimeSpan wait)
    {
        lock (gate)
        {
            if (!isDisposed) timer.Change(wait, LongestPause);
        }
    }

    private void Draw()
    {
        lock (gate)
        {
            if (isDisposed) return;
            var (columns, lines) = WindowSize.Read();
            drawn = Now;
            Write(screen.Draw(board, trouble, drawn, columns, lines));
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            output.Write(bytes);
        }
        catch (IOException)
        {
            failed();
        }
    }
}
