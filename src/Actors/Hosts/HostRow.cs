using System.Net;
using Rwho.Actors.Federation;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>How a row came to this node.</summary>
public enum Via
{
    /// <summary>This host's own announcement.</summary>
    Self,

    /// <summary>A datagram from a connected network.</summary>
    Lan,

    /// <summary>A neighbour, which passed it on, or sent it itself.</summary>
    Neighbour,

    /// <summary>A gateway of the federation, which brought it from another network.</summary>
    Cluster,

    /// <summary>A datagram from an address on no connected network: kept, never passed on.</summary>
    OffNet,

    /// <summary>The spool, at the start; not heard since.</summary>
    Spool,
}

/// <summary>One name, two hosts: they were heard in turn, with boot times over 120 s apart.</summary>
/// <param name="Ours">Where the shown one was last heard; null for this host itself.</param>
/// <param name="Other">Where the other one was last heard.</param>
public sealed record NameConflict(IPAddress? Ours, IPAddress? Other);

/// <summary>What the board shows of a host; immutable.</summary>
/// <param name="Address">Where the datagram came from; null for self and spool.</param>
public sealed record HostRow(HostStatus Status, Via Via, IPAddress? Address, NameConflict? Conflict)
{
    public HostName Host => Status.Datagram.Host;

    /// <summary>When the host was heard, by our own elapsed time: its age is what has passed since.</summary>
    public long HeardMilliseconds { get; init; }

    /// <summary>How long this node had been deaf until then: what was added since is no silence of the host.</summary>
    public long DeafMilliseconds { get; init; }

    /// <summary>The port that it came from; 0 for self and spool.</summary>
    public ushort Port { get; init; }

    /// <summary>Relays that the status passed on its way here.</summary>
    public byte Hops { get; init; }

    /// <summary>Who brought it into the federation; null for what did not come from there.</summary>
    public Gateway? Gateway { get; init; }

    /// <summary>What came of this host so far; it goes on counting.</summary>
    public HostEvidence? Evidence { get; init; }
}
