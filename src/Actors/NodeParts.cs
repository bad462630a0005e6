using Microsoft.Extensions.Logging;
using Rwho.Actors.Announce;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Spool;
using Rwho.Actors.Udp;

namespace Rwho.Actors;

/// <summary>What a node is made of: its settings and its ports to the world. Everything else is actors.</summary>
public sealed record NodeParts(
    NodeSettings Settings,
    IUdpTransport Udp,
    INetworkProbe NetworkProbe,
    IHostProbe HostProbe,
    ISpoolDirectory Spool,
    IQueryTransport Query,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>The last snapshot of the table.</summary>
    public PublishedBoard Board { get; } = new();

    public ReplyMemory Replies { get; } = new();

    public NodeCounters Counters { get; } = new();

    /// <summary>When the node was made.</summary>
    public long StartedAt { get; } = Time.GetTimestamp();

    public Moment Now => Moment.Now(Time);
}
