using Rwho.Actors.Networks;
using Rwho.Protocol;

namespace Rwho.Actors.Relays;

/// <summary>
/// What waits to be passed on to a connected network: for 20 to 200 ms, chosen by hash, so that relays on one network
/// choose differently, and not at all when a copy is heard there meanwhile.
/// </summary>
public sealed class LanRelay(HostName self)
{
    private readonly PriorityQueue<Waiting, long> queue = new();
    private readonly Dictionary<(ulong Hash, Network On), Waiting> byCopy = [];

    /// <summary>When the next one is due, in our elapsed milliseconds; null while nothing waits.</summary>
    public long? NextDue => queue.TryPeek(out _, out var due) ? due : null;

    public int Count => queue.Count;

    /// <summary>Lets a status wait; false when too many do.</summary>
    public bool Add(HeardStatus status, Network to, long now)
    {
        var key = (status.Datagram.Hash, to);
        if (byCopy.ContainsKey(key)) return true;
        if (queue.Count >= RelayLimits.SendsWaiting) return false;
        var waiting = new Waiting(status, to);
        byCopy.Add(key, waiting);
        queue.Enqueue(waiting, now + WaitOf(status.Datagram, to));
        return true;
    }

    /// <summary>A copy was heard on a network.</summary>
    /// <returns>Whether one that waited is not sent for it.</returns>
    public bool Heard(WhodDatagram copy, Network on)
    {
        if (!byCopy.Remove((copy.Hash, on), out var waiting)) return false;
        waiting.IsDropped = true;
        return true;
    }

    /// <summary>Takes the next one that is due.</summary>
    public bool TryTake(long now, out HeardStatus status, out Network? to)
    {
        (status, to) = (default, null);
        while (queue.TryPeek(out var waiting, out var due) && due <= now)
        {
            queue.Dequeue();
            if (waiting.IsDropped) continue;
            byCopy.Remove((waiting.Status.Datagram.Hash, waiting.To));
            (status, to) = (waiting.Status, waiting.To);
            return true;
        }

        return false;
    }

    /// <summary>Networks that are gone get nothing.</summary>
    public void Keep(Func<Network, bool> isThere)
    {
        foreach (var (key, waiting) in byCopy.Where(pair => !isThere(pair.Key.On)).ToList())
        {
            waiting.IsDropped = true;
            byCopy.Remove(key);
        }
    }

    private long WaitOf(WhodDatagram datagram, Network to)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        const ulong Span = RelayLimits.LongestWaitMilliseconds - RelayLimits.ShortestWaitMilliseconds + 1;
        Span<byte> own = stackalloc byte[HostName.FieldBytes];
        own.Clear();
        self.WriteTo(own);
        var hash = datagram.Hash;
        foreach (var b in own) hash = (hash ^ b) * Odd;
        foreach (var b in to.Address.GetAddressBytes()) hash = (hash ^ b) * Odd;
        return RelayLimits.ShortestWaitMilliseconds + (long)((hash >> 32) % Span);
    }

    private sealed class Waiting(HeardStatus status, Network to)
    {
        public HeardStatus Status => status;

        public Network To => to;

        public bool IsDropped { get; set; }
    }
}
