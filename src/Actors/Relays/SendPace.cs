using System.Collections.Immutable;
using Rwho.Actors.Networks;

namespace Rwho.Actors.Relays;

/// <summary>A status on its way to one neighbour, or to one network.</summary>
public readonly record struct Outgoing(HeardStatus Status, Neighbour? To, Network? On);

/// <summary>
/// What waits to be sent: so many a second, in order; whole boards go behind what is new. What does not fit is dropped.
/// </summary>
public sealed class SendPace(int rate = RelayLimits.SendsASecond, int capacity = RelayLimits.SendsWaiting)
{
    // What may go at once after a pause: a twentieth of a second's worth.
    private readonly double burst = rate / 20.0;
    private readonly Queue<Outgoing> news = new();
    private readonly List<Board> boards = [];
    private double tokens = rate / 20.0;
    private long? filled;

    public bool IsEmpty => news.Count == 0 && boards.Count == 0;

    public int Count => news.Count;

    /// <summary>Whole boards, one a neighbour at most.</summary>
    public int Boards => boards.Count;

    /// <summary>False when there is no room.</summary>
    public bool Add(Outgoing status)
    {
        if (news.Count >= capacity) return false;
        news.Enqueue(status);
        return true;
    }

    /// <summary>A whole board for a neighbour, in place of one that is under way.</summary>
    public void AddBoard(Neighbour to, ImmutableArray<HeardStatus> rows)
    {
        Drop(to);
        boards.Add(new Board(to, rows));
    }

    /// <summary>A neighbour that is gone gets no board.</summary>
    public void Drop(Neighbour to) => boards.RemoveAll(board => board.To == to);

    /// <summary>Takes the next one that may be sent now.</summary>
    /// <param name="now">Our elapsed milliseconds.</param>
    public bool TryTake(long now, out Outgoing next)
    {
        next = default;
        tokens = Math.Min(burst, tokens + (now - (filled ?? now)) * rate / 1000.0);
        filled = now;
        if (tokens < 1 || !TryTakeAny(out next)) return false;
        tokens -= 1;
        return true;
    }

    private bool TryTakeAny(out Outgoing next)
    {
        if (news.TryDequeue(out next)) return true;
        while (boards.Count > 0)
        {
            if (boards[0].TryTake(out next)) return true;
            boards.RemoveAt(0);
        }

        return false;
    }

    private sealed class Board(Neighbour to, ImmutableArray<HeardStatus> rows)
    {
        private int sent;

        public Neighbour To => to;

        public bool TryTake(out Outgoing next)
        {
            next = default;
            if (sent == rows.Length) return false;
            next = new Outgoing(rows[sent++], to, null);
            return true;
        }
    }
}
