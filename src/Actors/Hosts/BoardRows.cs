using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rwho.Actors.Hosts;

/// <summary>The hosts of the table, each at its place: their rows are put together for readers on any thread.</summary>
internal sealed class BoardRows
{
    private const int FirstLength = 16;

    // Held while hosts come and go, and while a reader is at it: no host is listed twice, or left out.
    private readonly Lock gate = new();
    private readonly Stack<int> free = new();
    private HostEntry?[] hosts = new HostEntry?[FirstLength];
    private int used;

    public void Add(HostEntry host)
    {
        lock (gate)
        {
            if (!free.TryPop(out var place)) place = used++;
            if (place == hosts.Length) Array.Resize(ref hosts, 2 * hosts.Length);
            hosts[place] = host;
            host.PlaceOnBoard = place;
        }
    }

    public void Remove(HostEntry host)
    {
        lock (gate)
        {
            hosts[host.PlaceOnBoard] = null;
            free.Push(host.PlaceOnBoard);
        }
    }

    /// <summary>The rows as they are now, in no order. From any thread.</summary>
    public HostRow[] ToArray()
    {
        lock (gate)
        {
            var joined = new HostRow[used - free.Count];
            var next = 0;
            for (var place = 0; place < used; place++)
                if (hosts[place] is { } host) joined[next++] = host.Row;
            return joined;
        }
    }
}

/// <summary>The rows as they were when somebody first asked after its being made. Immutable from then on.</summary>
internal sealed class BoardSnapshot(BoardRows source)
{
    private HostRow[]? rows;

    internal static BoardSnapshot Of(params HostRow[] rows) => new(new BoardRows()) { rows = rows };

    /// <summary>In no order; put together when somebody asks, and the same for all who do.</summary>
    public ImmutableArray<HostRow> Rows =>
        ImmutableCollectionsMarshal.AsImmutableArray(Volatile.Read(ref rows) ?? Join());

    private HostRow[] Join()
    {
        var joined = source.ToArray();
        return Interlocked.CompareExchange(ref rows, joined, null) ?? joined;
    }
}
