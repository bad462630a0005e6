using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using static Rwho.Actors.Relays.RelayProtocol;

namespace Rwho.Actors.Relays;

/// <summary>
/// Sends statuses on, so many a second: as records with their age to nodes of ours, as they came to old daemons.
/// </summary>
internal sealed class RelaySender(NodeCounters counters, Flaw flaw)
{
    private readonly SendPace queue = new();
    private IActorRef? udp4;
    private IActorRef? udp6;

    public bool IsEmpty => queue.IsEmpty;

    /// <summary>What it sends by, for one that takes its place.</summary>
    public IEnumerable<Use> Sockets
    {
        get
        {
            if (udp4 is not null) yield return new Use(udp4, IPv6: false);
            if (udp6 is not null) yield return new Use(udp6, IPv6: true);
        }
    }

    public void Use(Use socket)
    {
        if (socket.IPv6) udp6 = socket.Udp;
        else udp4 = socket.Udp;
    }

    /// <summary>Whether there is a socket for that address.</summary>
    public bool HasSocketFor(IPEndPoint to) => SocketFor(to) is not null;

    /// <summary>Lets a status wait for its turn; without room it is counted and dropped.</summary>
    public void Queue(Outgoing status)
    {
        if (!queue.Add(status)) counters.NotForwarded();
    }

    /// <inheritdoc cref="SendPace.AddBoard"/>
    public void QueueBoard(Neighbour to, ImmutableArray<HeardStatus> rows) => queue.AddBoard(to, rows);

    /// <inheritdoc cref="SendPace.Drop"/>
    public void Drop(Neighbour to) => queue.Drop(to);

    /// <summary>Sends what may be sent by now.</summary>
    public void SendDue(long now)
    {
        while (queue.TryTake(now, out var next)) Send(next, now);
    }

    /// <summary>Sends something that does not wait.</summary>
    public void Send(IPEndPoint to, ReadOnlyMemory<byte> bytes) =>
        SocketFor(to)?.Tell(new UdpProtocol.Send(bytes, new Destination(to)));

    private IActorRef? SocketFor(IPEndPoint to) => to.AddressFamily == AddressFamily.InterNetworkV6 ? udp6 : udp4;

    private void Send(Outgoing next, long now)
    {
        if (next.To is { } unknown && unknown.IsUndecided(now))
        {
            if (!unknown.Hold(next)) counters.NotForwarded();
            return;
        }

        var status = next.Status;
        var age = flaw == Flaw.ForgetsAge ? 0 : Math.Max(0, now - status.HeardMilliseconds);
        var isRecord = next.To is { } to && to.SpeaksOurs(now);
        // Old daemons know no ages: what is old would be news to them. What a record cannot tell would grow younger.
        if (age > (isRecord ? uint.MaxValue : RelayLimits.ClassicMilliseconds)) return;
        counters.Forwarded();
        var bytes = isRecord ? Record(status, age) : status.Datagram.Bytes;
        if (next.To is { } neighbour)
        {
            neighbour.RecordsSent++;
            Send(neighbour.EndPoint, bytes);
            return;
        }

        foreach (var destination in next.On!.Destinations) udp4?.Tell(new UdpProtocol.Send(bytes, destination));
    }

    private static byte[] Record(HeardStatus status, long age) => NeighbourMessage.Record(
        (byte)Math.Min(status.Hops + 1, byte.MaxValue), (uint)age,
        status.Datagram.Bytes.Span);
}
