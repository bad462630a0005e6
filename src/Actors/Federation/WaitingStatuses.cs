using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// Statuses that wait to be told to the other gateways. Two gateways of one network hear the same: each waits for a
/// time of its own, and who comes first saves the other the way.
/// </summary>
internal sealed class WaitingStatuses(HostName self)
{
    private readonly Dictionary<ulong, HeardStatus> statuses = [];
    private readonly PriorityQueue<ulong, (long Due, long Turn)> order = new();
    private long turns;

    /// <summary>When the next one is due; null for none.</summary>
    public long? NextDue => order.TryPeek(out _, out var next) ? next.Due : null;

    /// <summary>False when there is no room for it.</summary>
    public bool Add(in HeardStatus status, long now)
    {
        var hash = status.Datagram.Hash;
        if (statuses.ContainsKey(hash)) return true;
        if (order.Count >= FederationLimits.StatusesWaiting) return false;
        statuses.Add(hash, status);
        order.Enqueue(hash, (now + WaitOf(status), turns++));
        return true;
    }

    /// <summary>Whether it will be told to all soon.</summary>
    public bool Contains(WhodDatagram datagram) => statuses.ContainsKey(datagram.Hash);

    /// <summary>Another gateway told it; false when it was not waiting.</summary>
    public bool Remove(ulong datagramHash) => statuses.Remove(datagramHash);

    /// <summary>If any is due: all that are so within so many milliseconds.</summary>
    public List<HeardStatus> TakeDue(long now, long togetherMilliseconds)
    {
        var taken = new List<HeardStatus>();
        if (NextDue is not { } first || first > now) return taken;
        while (order.TryPeek(out var hash, out var next) && next.Due <= now + togetherMilliseconds)
        {
            order.Dequeue();
            if (statuses.Remove(hash, out var status)) taken.Add(status);
        }

        return taken;
    }

    // Only this node tells of itself. A host's statuses wait equally long: they stay in order.
    private long WaitOf(in HeardStatus status) => status.Via == Hosts.Via.Self ? 0
        : (long)((status.Datagram.Host.StableHash ^ self.StableHash) % FederationLimits.LongestWaitMilliseconds);
}
