namespace Rwho.Actors.Query;

/// <summary>
/// What a client is to be sent next, each held for it. It is filled by who makes replies and emptied by the client's
/// session; once that has ended, what still comes is let go at once. (Held in a message instead, it would be lost with
/// it, and its memory counted for good.)
/// </summary>
public sealed class Outbox
{
    private readonly Lock gate = new();
    private readonly Queue<Line> lines = new();
    private bool isClosed;

    /// <summary>Takes a reply that was held for this client.</summary>
    /// <param name="isBoard">Whether it is the first one of those that may be large.</param>
    public void Add(Reply held, bool isBoard)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                lines.Enqueue(new Line(held, isBoard));
                return;
            }
        }

        held.Release();
    }

    internal bool TryTake(out Line line)
    {
        lock (gate) return lines.TryDequeue(out line);
    }

    /// <summary>The session has ended.</summary>
    internal void Close()
    {
        lock (gate) isClosed = true;
        while (TryTake(out var line)) line.Reply.Release();
    }

    internal readonly record struct Line(Reply Reply, bool IsBoard);
}
