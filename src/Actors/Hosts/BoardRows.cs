using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rwho.Actors.Hosts;

/// <summary>
/// The table's rows, in pieces: a snapshot shares those that do not change after it, so that one host's announcement
/// does not cost a copy of all.
/// </summary>
internal sealed class BoardRows
{
    private const int PieceLength = 32;

    private readonly List<HostRow?[]> pieces = [];
    private readonly List<bool> shared = [];
    private readonly Stack<int> free = new();
    private int used;
    private int count;

    /// <summary>Takes a row; answers its place.</summary>
    public int Add(HostRow row)
    {
        if (!free.TryPop(out var place)) place = used++;
        if (place / PieceLength == pieces.Count)
        {
            pieces.Add(new HostRow?[PieceLength]);
            shared.Add(false);
        }

        count++;
        Set(place, row);
        return place;
    }

    public void Set(int place, HostRow? row)
    {
        var piece = place / PieceLength;
        if (shared[piece])
        {
            pieces[piece] = [.. pieces[piece]];
            shared[piece] = false;
        }

        pieces[piece][place % PieceLength] = row;
    }

    public void Remove(int place)
    {
        Set(place, null);
        free.Push(place);
        count--;
    }

    /// <summary>The rows as they are now.</summary>
    public BoardSnapshot ToSnapshot()
    {
        CollectionsMarshal.AsSpan(shared).Fill(true);
        return new BoardSnapshot([.. pieces], count);
    }
}

/// <summary>The rows as they were at one time. Immutable.</summary>
/// <param name="pieces">With holes; never written to again.</param>
internal sealed class BoardSnapshot(HostRow?[][] pieces, int count)
{
    public static readonly BoardSnapshot Empty = new([], 0);

    private HostRow[]? rows;

    internal static BoardSnapshot Of(params HostRow[] rows) => new([], rows.Length) { rows = rows };

    /// <summary>In no order; put together when somebody asks, and the same for all who do.</summary>
    public ImmutableArray<HostRow> Rows =>
        ImmutableCollectionsMarshal.AsImmutableArray(Volatile.Read(ref rows) ?? Join());

    private HostRow[] Join()
    {
        var joined = new HostRow[count];
        var next = 0;
        foreach (var piece in pieces)
            foreach (var row in piece)
                if (row is not null) joined[next++] = row;
        return Interlocked.CompareExchange(ref rows, joined, null) ?? joined;
    }
}
