using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rwho.Actors.Hosts;

/// <summary>The table's rows, each at its place: written by one thread, put together for readers by any.</summary>
internal sealed class BoardRows
{
    private const int FirstLength = 16;

    // Held while hosts come and go, and while a reader is at it: no host is listed twice, or left out.
    private readonly Lock gate = new();
    private readonly Stack<int> free = new();
    private HostRow?[] rows = new HostRow?[FirstLength];
    private int used;

    /// <summary>Another row of the same host takes the place of the one before, in one assignment.</summary>
    public HostRow this[int place]
    {
        get => rows[place]!;
        set => Volatile.Write(ref rows[place], value);
    }

    /// <summary>Takes a row; answers its place.</summary>
    public int Add(HostRow row)
    {
        lock (gate)
        {
            if (!free.TryPop(out var place)) place = used++;
            if (place == rows.Length) Array.Resize(ref rows, 2 * rows.Length);
            rows[place] = row;
            return place;
        }
    }

    public void Remove(int place)
    {
        lock (gate)
        {
            rows[place] = null;
            free.Push(place);
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
                if (Volatile.Read(ref rows[place]) is { } row) joined[next++] = row;
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
