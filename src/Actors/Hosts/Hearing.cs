using Microsoft.Extensions.Logging;
using Rwho.Actors.Udp;

namespace Rwho.Actors.Hosts;

/// <summary>
/// Whether this node can hear. It is deaf while its process does not run (stopped, or the machine asleep), while it has
/// no socket, and while more than one datagram in a hundred is lost here: such time is no host's silence, and nobody is
/// called down for it. Looked at by the owner of the table, read from any thread.
/// </summary>
public sealed class Hearing
{
    /// <summary>How often to look; time is deaf, or not, as a whole between two looks.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>Two looks further apart: the process did not run.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>Four announcements in a row are missed by chance in one case of a hundred million.</summary>
    private const int LossesInHundred = 1;

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<IUdpSocket> sockets = [];
    private long closedDrops; // of sockets that are closed
    private bool wasClosed;
    private bool hasLooked;
    private long lookedAt; // milliseconds elapsed
    private long? deafUntil;
    private long deaf;
    private (long Drops, long Taken, long Lost) counted;
    private long? loggedAt;
    private long deafSinceLogged;
    private bool isLogged;

    /// <summary>All the time that this node was deaf.</summary>
    public long DeafMilliseconds => Volatile.Read(ref deaf);

    /// <summary>Datagrams that the system dropped before this node could take them.</summary>
    public long KernelDrops
    {
        get
        {
            lock (gate) return closedDrops + sockets.Sum(socket => socket.KernelDrops);
        }
    }

    /// <summary>What the system granted the sockets for datagrams that wait; 0 while there is none.</summary>
    public long ReceiveBufferBytes
    {
        get
        {
            lock (gate) return sockets.Sum(socket => (long)socket.ReceiveBufferBytes);
        }
    }

    /// <summary>
    /// This moment, or, when nobody looked for too long, the last one at which this node is known to have heard: until
    /// somebody looks, nobody knows why hosts were silent.
    /// </summary>
    internal Moment LastSure(Moment now)
    {
        var past = now.ElapsedMilliseconds - Volatile.Read(ref lookedAt);
        return Volatile.Read(ref hasLooked) && past > LongestPause.TotalMilliseconds ? now.Before(past) : now;
    }

    /// <summary>From now on this socket hears.</summary>
    internal void Opened(IUdpSocket socket)
    {
        lock (gate) sockets.Add(socket);
    }

    /// <summary>This socket hears no more; call it before it is disposed.</summary>
    internal void Closed(IUdpSocket socket)
    {
        lock (gate)
        {
            if (!sockets.Remove(socket)) return;
            closedDrops += socket.KernelDrops;
            wasClosed = true;
        }
    }

    /// <summary>Whether hosts may be silent at this moment since this node was deaf.</summary>
    internal bool Excuses(Moment now) =>
        now.ElapsedMilliseconds - deafUntil <= 2000L * Protocol.WhoTime.DownAfterSeconds;

    /// <summary>Judges the time since the last look, if that is long enough ago.</summary>
    /// <param name="now">Gets all deaf time up to it.</param>
    /// <returns>Whether it was: the time is judged, and until the next look nothing changes.</returns>
    internal bool Look(ref Moment now, NodeCounters counters, ILogger log)
    {
        if (!hasLooked)
        {
            Volatile.Write(ref lookedAt, now.ElapsedMilliseconds);
            Volatile.Write(ref hasLooked, true);
            counted = Count(counters);
        }

        var past = now.ElapsedMilliseconds - lookedAt;
        var isTime = past >= LookInterval.TotalMilliseconds;
        if (isTime) Judge(now, past, counters, log);
        now = now with { DeafMilliseconds = deaf };
        return isTime;
    }

    private void Judge(Moment now, long past, NodeCounters counters, ILogger log)
    {
        var before = counted;
        counted = Count(counters);
        Volatile.Write(ref lookedAt, now.ElapsedMilliseconds);
        var lost = counted.Drops - before.Drops + (counted.Lost - before.Lost);
        var all = counted.Drops - before.Drops + (counted.Taken - before.Taken);
        var isPause = past > LongestPause.TotalMilliseconds;
        if (isPause || WasClosed() || lost * 100 > all * LossesInHundred)
        {
            Volatile.Write(ref deaf, deaf + past);
            deafUntil = now.ElapsedMilliseconds;
            Tell(log, now, past, isPause, lost, all);
        }
        else if (isLogged)
        {
            isLogged = false;
            log.HearsAgain((deaf - deafSinceLogged) / 1000);
        }
    }

    private (long Drops, long Taken, long Lost) Count(NodeCounters counters) =>
        (KernelDrops, counters.ValidCount + counters.RejectedCount, counters.DroppedCount);

    // Between the last look and this one.
    private bool WasClosed()
    {
        lock (gate)
        {
            var was = wasClosed;
            if (sockets.Count > 0) wasClosed = false;
            return was;
        }
    }

    private void Tell(ILogger log, Moment now, long past, bool isPause, long lost, long all)
    {
        if (loggedAt is { } last && now.ElapsedMilliseconds - last < LogInterval.TotalMilliseconds) return;
        loggedAt = now.ElapsedMilliseconds;
        if (!isLogged) deafSinceLogged = deaf - past;
        isLogged = true;
        if (isPause) log.DidNotRun(past / 1000);
        else if (lost == 0) log.HadNoSocket(past / 1000);
        else log.LostDatagrams(lost, all, past / 1000, ReceiveBufferBytes);
    }
}
