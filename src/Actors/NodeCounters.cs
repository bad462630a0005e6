using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors;

/// <summary>What became of every datagram since the start; read from any thread.</summary>
public sealed class NodeCounters
{
    private readonly long[] rejected = new long[Enum.GetValues<Rejection>().Length];
    private readonly long[] observed = new long[Enum.GetValues<Observation>().Length];
    private long dropped;
    private long sent;
    private long notSent;
    private long spooled;
    private long notSpooled;
    private long notProbed;
    private long asked;
    private long notAdmitted;
    private long cut;
    private long open;
    private long forwarded;
    private long notForwarded;
    private long suppressed;
    private long notAccepted;
    private long federated;
    private long notTaken;
    private long socketFailures;

    /// <summary>Datagrams refused, by reason.</summary>
    public long Of(Rejection rejection) => Volatile.Read(ref rejected[(int)rejection]);

    /// <summary>Valid datagrams, by what they meant to the table.</summary>
    public long Of(Observation observation) => Volatile.Read(ref observed[(int)observation]);

    /// <summary>Valid datagrams lost to a failure of the table.</summary>
    public long DroppedCount => Volatile.Read(ref dropped);

    public long SentCount => Volatile.Read(ref sent);

    /// <summary>Sends that the system refused.</summary>
    public long NotSentCount => Volatile.Read(ref notSent);

    public long SpooledCount => Volatile.Read(ref spooled);

    /// <summary>Statuses that were not spooled when they were due, and deletions; tries later do not count.</summary>
    public long NotSpooledCount => Volatile.Read(ref notSpooled);

    /// <summary>Files that tell how this host is and could not be read, at each announcement.</summary>
    public long NotProbedCount => Volatile.Read(ref notProbed);

    /// <summary>Statuses passed on: one for each neighbour and network.</summary>
    public long ForwardedCount => Volatile.Read(ref forwarded);

    /// <summary>Statuses that should have been passed on, but there were too many at a time.</summary>
    public long NotForwardedCount => Volatile.Read(ref notForwarded);

    /// <summary>Statuses not passed on since another relay was heard to have done so.</summary>
    public long SuppressedCount => Volatile.Read(ref suppressed);

    /// <summary>Requests of clients.</summary>
    public long AskedCount => Volatile.Read(ref asked);

    /// <summary>Clients closed without a reply: from a network that may not ask.</summary>
    public long NotAdmittedCount => Volatile.Read(ref notAdmitted);

    /// <summary>Clients closed since they made no progress, or others needed the room.</summary>
    public long CutCount => Volatile.Read(ref cut);

    /// <summary>Clients that had to wait: the system had no descriptor for them.</summary>
    public long NotAcceptedCount => Volatile.Read(ref notAccepted);

    /// <summary>Statuses told to gateways: one for each of them.</summary>
    public long FederatedCount => Volatile.Read(ref federated);

    /// <summary>Messages of gateways that were dropped, or cut short, since too many came at a time.</summary>
    public long NotTakenCount => Volatile.Read(ref notTaken);

    /// <summary>UDP sockets that died, and were to be bound again.</summary>
    public long SocketFailureCount => Volatile.Read(ref socketFailures);

    /// <summary>Clients connected now.</summary>
    public long OpenCount => Volatile.Read(ref open);

    public long RejectedCount => Sum(rejected);

    public long ValidCount => Sum(observed) + DroppedCount;

    internal void Count(Rejection rejection) => Interlocked.Increment(ref rejected[(int)rejection]);

    internal void Count(Observation observation) => Interlocked.Increment(ref observed[(int)observation]);

    internal void Dropped(int datagrams) => Interlocked.Add(ref dropped, datagrams);

    internal void Sent() => Interlocked.Increment(ref sent);

    internal void NotSent() => Interlocked.Increment(ref notSent);

    internal void Spooled() => Interlocked.Increment(ref spooled);

    internal void Forwarded() => Interlocked.Increment(ref forwarded);

    internal void NotForwarded(int statuses = 1) => Interlocked.Add(ref notForwarded, statuses);

    internal void Suppressed() => Interlocked.Increment(ref suppressed);

    internal void Federated(int statuses) => Interlocked.Add(ref federated, statuses);

    internal void NotTaken() => Interlocked.Increment(ref notTaken);

    internal void SocketFailed() => Interlocked.Increment(ref socketFailures);

    internal void Asked() => Interlocked.Increment(ref asked);

    internal void NotAdmitted() => Interlocked.Increment(ref notAdmitted);

    internal void Cut() => Interlocked.Increment(ref cut);

    internal void NotAccepted() => Interlocked.Increment(ref notAccepted);

    internal void Opened() => Interlocked.Increment(ref open);

    internal void Closed() => Interlocked.Decrement(ref open);

    internal void NotSpooled() => Interlocked.Increment(ref notSpooled);

    internal void NotProbed(int files) => Interlocked.Add(ref notProbed, files);

    private static long Sum(long[] counts)
    {
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++) sum += Volatile.Read(ref counts[i]);
        return sum;
    }
}
