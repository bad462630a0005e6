using System.Collections.Concurrent;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>Takes what gateways tell to the table, in so many batches at a time.</summary>
internal sealed class FederatedArrivals
{
    private readonly NodeParts node;
    private readonly IActorRef hosts;
    private readonly ConcurrentQueue<ReceiveBatch> free = [];
    private readonly Dictionary<HostName, Gateway> gateways = [];

    public FederatedArrivals(NodeParts node, IActorRef hosts)
    {
        (this.node, this.hosts) = (node, hosts);
        for (var i = 0; i < FederationLimits.BatchesWaiting; i++) free.Enqueue(new ReceiveBatch(free.Enqueue));
    }

    /// <summary>What finds no batch is left to the next comparison.</summary>
    /// <param name="from">Where the one is who tells it, such as <c>10.1.0.1:5514</c>.</param>
    /// <param name="delayMilliseconds">What the message was on its way: the statuses are so much older.</param>
    /// <param name="taken">Called for each.</param>
    public void Take(
        string from, FederationMessage.Statuses message, uint delayMilliseconds, Action<WhodDatagram> taken)
    {
        var endPoint = IPEndPoint.TryParse(from, out var parsed) ? parsed : null;
        ReceiveBatch? batch = null;
        foreach (var status in message.Items)
        {
            if (!WhodCodec.TryRead(status.Datagram.Span, out var datagram, out var rejection))
            {
                node.Counters.Count(rejection);
                continue;
            }

            taken(datagram);
            if (batch is null && !free.TryDequeue(out batch))
            {
                node.Counters.NotTaken();
                return;
            }

            var age = (uint)Math.Min((long)status.AgeMilliseconds + delayMilliseconds, uint.MaxValue);
            var journey = new Journey(age, status.Hops, (ushort)(endPoint?.Port ?? 0));
            batch.Add(
                new HeardDatagram(datagram, Via.Cluster, endPoint?.Address, journey)
                {
                    Gateway = Known(status.Gateway),
                },
                node.Time);
            if (!batch.IsFull) continue;
            hosts.Tell(new HostsProtocol.Heard(batch));
            batch = null;
        }

        if (batch is not null) hosts.Tell(new HostsProtocol.Heard(batch));
    }

    // The same object for all of a gateway's hosts; as many as there may be, and not without end.
    private Gateway Known(HostName name)
    {
        if (gateways.TryGetValue(name, out var known)) return known;
        if (gateways.Count >= FederationLimits.GatewaysGone) gateways.Clear();
        return gateways[name] = new Gateway(name);
    }
}
