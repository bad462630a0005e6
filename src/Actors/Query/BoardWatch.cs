using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>
/// What changes on the board, as those who watch are told it. It knows the last row of each host and whether it was
/// told to be down; it reads no clock: its owner calls <see cref="FallSilent"/> at <see cref="NextDown"/>.
/// </summary>
/// <remarks>
/// A host goes down once, and comes up only by being heard: when the clock steps back, hosts told to be down stay so.
/// </remarks>
public sealed class BoardWatch
{
    private readonly Dictionary<HostName, Watched> hosts = [];

    // The hosts that are up, each once, in the order in which they go down if nothing more is heard.
    private readonly SortedSet<(long At, HostName Host)> downs = [];

    private int comparisons;

    /// <summary>Starts from a board; nobody is told of it.</summary>
    public BoardWatch(IEnumerable<HostRow> rows, long now)
    {
        foreach (var row in rows) Set(row, row.Status.IsDown(now));
    }

    public int Count => hosts.Count;

    /// <summary>The second (since 1970) at which the next host goes down; null when none is up.</summary>
    public long? NextDown => downs.Count > 0 ? downs.Min.At : null;

    /// <summary>The hosts as last told, in no order.</summary>
    public ImmutableArray<HostRow> Rows()
    {
        var rows = ImmutableArray.CreateBuilder<HostRow>(hosts.Count);
        foreach (var watched in hosts.Values) rows.Add(watched.Row);
        return rows.MoveToImmutable();
    }

    /// <summary>Whether a host of the board was told to be down.</summary>
    public bool IsDown(HostRow row) => hosts[row.Host].IsDown;

    /// <summary>Whether this host was told, whatever its row was.</summary>
    public bool Knows(HostName host) => hosts.ContainsKey(host);

    /// <summary>Where a board is another than the one told.</summary>
    /// <param name="rows">The board.</param>
    /// <param name="first">The place on it to begin at, so that none is always the last.</param>
    /// <param name="most">So many of either at most.</param>
    /// <returns>The places of rows that are not as told, and the hosts told that are gone.</returns>
    public (List<int> Changed, List<HostName> Gone) Compare(ImmutableArray<HostRow> rows, int first, int most)
    {
        var changed = new List<int>();
        var there = 0;
        comparisons++;
        for (var i = 0; i < rows.Length; i++)
        {
            var place = (first + i) % rows.Length;
            var isKnown = hosts.TryGetValue(rows[place].Host, out var told);
            if (isKnown)
            {
                told!.Comparison = comparisons;
                there++;
            }

            if (changed.Count < most && !(isKnown && ReferenceEquals(told!.Row, rows[place]))) changed.Add(place);
        }

        return (changed, there == hosts.Count ? []
            : [.. hosts.Where(told => told.Value.Comparison != comparisons).Select(told => told.Key).Take(most)]);
    }

    /// <summary>
    /// Takes what changed in the table. Rows that are as they were and names that are not known make no change; a host
    /// heard again before it was told to be down was never down.
    /// </summary>
    /// <returns>The forgotten ones first, then the rest in the order given.</returns>
    public IReadOnlyList<HostChange> Observe(IEnumerable<HostRow> changed, IEnumerable<HostName> removed, long now)
    {
        var changes = new List<HostChange>();
        foreach (var name in removed)
        {
            if (!hosts.Remove(name, out var watched)) continue;
            if (!watched.IsDown) downs.Remove((DownAt(watched.Row), name));
            changes.Add(new HostChange(ChangeKind.Forgotten, watched.Row, watched.IsDown));
        }

        foreach (var row in changed)
            if (Observe(row, now) is { } kind) changes.Add(new HostChange(kind, row, IsDown(row)));
        return changes;
    }

    /// <summary>The hosts silent for too long by now, in the order in which they became so, then by name.</summary>
    /// <param name="most">How many at most; the next call goes on.</param>
    public IReadOnlyList<HostChange> FallSilent(long now, int most = int.MaxValue)
    {
        var changes = new List<HostChange>();
        while (NextDown <= now && changes.Count < most)
        {
            var row = hosts[downs.Min.Host].Row;
            Set(row, isDown: true);
            changes.Add(new HostChange(ChangeKind.Down, row, IsDown: true));
        }

        return changes;
    }

    private ChangeKind? Observe(HostRow row, long now)
    {
        var isDown = row.Status.IsDown(now);
        if (!hosts.TryGetValue(row.Host, out var before))
        {
            Set(row, isDown);
            return ChangeKind.New;
        }

        if (row == before.Row)
        {
            before.Row = row; // the same in other words: as told
            return null;
        }

        // Without being heard a host's state is what it was told to be.
        if (row.Status == before.Row.Status) isDown = before.IsDown;
        Set(row, isDown);
        return (before.IsDown, isDown) switch
        {
            (true, false) => ChangeKind.Up,
            (false, true) => ChangeKind.Down,
            _ => row.Status.Datagram.HasSameUsers(before.Row.Status.Datagram) ? ChangeKind.Status : ChangeKind.Users,
        };
    }

    private void Set(HostRow row, bool isDown)
    {
        if (hosts.TryGetValue(row.Host, out var before) && !before.IsDown) downs.Remove((DownAt(before.Row), row.Host));
        hosts[row.Host] = new Watched(row, isDown);
        if (!isDown) downs.Add((DownAt(row), row.Host));
    }

    private static long DownAt(HostRow row) => row.Status.ReceiveTime + WhoTime.DownAfterSeconds + 1;

    private sealed class Watched(HostRow row, bool isDown)
    {
        public HostRow Row { get; set; } = row;

        public bool IsDown { get; } = isDown;

        /// <summary>The last one in which the host was on the board.</summary>
        public int Comparison { get; set; }
    }
}
