using Rwho.Protocol;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>Counts what crosses each network and each link, and how often each status does.</summary>
internal sealed class Traffic(Trace trace, Site site)
{
    // How long a whole board may take: what is in it may have come from anywhere.
    private const long BoardTime = 10_000_000;

    private readonly Dictionary<(ulong Hash, int Lan), int> copies = [];
    private readonly Dictionary<(ulong Hash, int From, uint To), int> records = [];
    private readonly Dictionary<(int From, uint To), int> boards = [];
    private readonly Dictionary<(int From, uint To), long> boardAt = [];
    private readonly Queue<(long At, ulong Hash, int Lan)> recentCopies = new();
    private readonly Queue<(long At, ulong Hash, int From, uint To)> recentRecords = new();

    private long Now => site.Now;

    /// <summary>Datagrams and bytes sent, by LAN.</summary>
    public Dictionary<int, (long Datagrams, long Bytes)> ByLan { get; } = [];

    /// <summary>Datagrams and bytes sent to one address, by sender and address.</summary>
    public Dictionary<(int From, uint To), (long Datagrams, long Bytes)> ByLink { get; } = [];

    /// <summary>More copies of one status than this on a LAN are too many; null for no bound.</summary>
    public Func<int, int?> MostCopies { get; set; } = _ => null;

    /// <summary>Which host has an address; -1 for none.</summary>
    public Func<uint, int> HostAt { get; set; } = _ => -1;

    public Ways Ways { get; } = new();

    /// <summary>Statuses that were sent by who has no business to: as often as it likes.</summary>
    public HashSet<ulong> Forged { get; } = [];

    public Action<string> Fail { get; set; } = _ => { };

    public void Broadcast(Port from, ReadOnlySpan<byte> datagram)
    {
        var lan = from.Segment.Number;
        Count(ByLan, lan, datagram.Length);
        var carried = Datagrams.StatusIn(datagram);
        var hash = carried?.Hash ?? 0;
        trace.Add(Now, Event.Broadcast, from.Station.Index, hash ^ (ulong)lan, datagram.ToArray());
        if (carried is not { } status) return;
        var key = (hash, lan);
        var seen = copies[key] = copies.GetValueOrDefault(key) + 1;
        recentCopies.Enqueue((Now, hash, lan));
        if (from.Station.Index < 0) Forged.Add(hash);
        Ways.Sends(from.Station.Index, status, Ways.OfLan(lan), Now);
        if (Forged.Contains(hash)) return;
        if (MostCopies(lan) is { } most && seen > most)
            Fail($"{seen} copies of a status of {status.Host} on LAN {lan}, {most} at most");
        Forget();
    }

    public void Unicast(Port from, uint to, ReadOnlySpan<byte> datagram)
    {
        Count(ByLink, (from.Station.Index, to), datagram.Length);
        trace.Add(Now, Event.Sent, from.Station.Index, to, (to, datagram.ToArray()));
        if (NeighbourMessage.TryReadBoard(datagram, out _))
        {
            boards[(from.Station.Index, to)] = boards.GetValueOrDefault((from.Station.Index, to)) + 1;
            boardAt[(from.Station.Index, to)] = Now;
        }

        if (Datagrams.StatusIn(datagram) is not { } status) return;
        var key = (status.Hash, from.Station.Index, to);
        var seen = records[key] = records.GetValueOrDefault(key) + 1;
        recentRecords.Enqueue((Now, status.Hash, from.Station.Index, to));
        var isOfBoard = boardAt.TryGetValue((from.Station.Index, to), out var at) && Now - at < BoardTime;
        if (isOfBoard || !NeighbourMessage.Is(datagram)) Ways.Sends(from.Station.Index, status, null, Now);
        else Ways.Sends(from.Station.Index, status, Ways.OfNeighbour(HostAt(to)), Now);
        var most = MostRecords(from.Station.Index, to);
        if (Forged.Contains(status.Hash)) return;
        if (most is { } limit && seen > limit)
            Fail($"{seen} copies of a status of {status.Host} from h{from.Station.Index} to {Address.ToIP(to)}, "
                + $"{limit} at most");
    }

    /// <summary>More copies of one status than this on a link are too many; null for no bound.</summary>
    public Func<int, int?> LivesOf { get; set; } = _ => null;

    /// <summary>From any thread, for hosts that are no relays.</summary>
    public void Delivered(int host, in Arrival arrival)
    {
        if (!Ways.IsWatched(host) || Datagrams.StatusIn(arrival.Bytes) is not { } status) return;
        Ways.Arrives(host, status, arrival.IsBroadcast ? Ways.OfLan(arrival.To.Segment.Number)
            : NeighbourMessage.Is(arrival.Bytes) ? Ways.OfNeighbour(arrival.Sender) : 0);
    }

    // Once for each life of the sender, and once for each whole board.
    private int? MostRecords(int from, uint to) => LivesOf(from) + boards.GetValueOrDefault((from, to));

    private void Forget()
    {
        const long Remembered = 1200 * 1_000_000L;
        while (recentCopies.TryPeek(out var old) && Now - old.At > Remembered)
        {
            recentCopies.Dequeue();
            copies.Remove((old.Hash, old.Lan));
        }

        while (recentRecords.TryPeek(out var old) && Now - old.At > Remembered)
        {
            recentRecords.Dequeue();
            records.Remove((old.Hash, old.From, old.To));
        }
    }

    private static void Count<TKey>(Dictionary<TKey, (long Datagrams, long Bytes)> counts, TKey key, int bytes)
        where TKey : notnull
    {
        var (datagrams, sum) = counts.GetValueOrDefault(key);
        counts[key] = (datagrams + 1, sum + bytes);
    }
}
