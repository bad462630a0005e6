using Microsoft.Extensions.Logging;
using Rwho.Actors.Announce;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
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
    INameResolver Names,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>The last snapshot of the table.</summary>
    public PublishedBoard Board { get; } = new();

    /// <summary>The neighbours as they were a moment ago.</summary>
    public PublishedNeighbours Neighbours { get; } = new();

    /// <summary>The way to the gateways of other networks; null for a node that is none.</summary>
    public IFederationTransport? Federation { get; init; }

    /// <summary>How the spool was a moment ago.</summary>
    public PublishedSpool SpoolHealth { get; } = new();

    /// <summary>The other gateways as they were a moment ago.</summary>
    public PublishedFederation Gateways { get; } = new();

    /// <summary>What only who hears at an address can know; not to be guessed.</summary>
    public Func<ulong> NewCookie { get; init; } = static () => BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());

    /// <summary>A rule that is broken on purpose, to see that the simulation finds out.</summary>
    internal Flaw Flaw { get; init; }

    public ReplyMemory Replies { get; init; } = new();

    public NodeCounters Counters { get; } = new();

    /// <summary>Whether the node can hear.</summary>
    public Hearing Hearing { get; } = new();

    /// <summary>When the node was made.</summary>
    public long StartedAt { get; } = Time.GetTimestamp();

    public Moment Now => Moment.Now(Time) with { DeafMilliseconds = Hearing.DeafMilliseconds };

    /// <summary>When to judge the board: now, or when the node last knew that it could hear.</summary>
    public Moment BoardNow => Hearing.LastSure(Now);
}
