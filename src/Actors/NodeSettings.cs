using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors;

/// <summary>What the operator decides about a node.</summary>
public sealed record NodeSettings
{
    /// <summary>The who service; old receivers drop what comes from another port.</summary>
    public const int WhoPort = 513;

    public required HostName Name { get; init; }

    /// <summary>The port that datagrams come from and go to.</summary>
    public int Port { get; init; } = WhoPort;

    /// <summary>Where the socket is bound: every address, unless told otherwise.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.Any;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(WhoTime.IntervalSeconds);

    /// <summary>Which of the connected networks are announced to.</summary>
    public NetworkSelection Networks { get; init; } = NetworkSelection.All;

    /// <summary>Announce nothing to others.</summary>
    public bool ListenOnly { get; init; }

    /// <summary>Take nothing from others.</summary>
    public bool SendOnly { get; init; }

    /// <summary>Take datagrams whatever port they come from.</summary>
    public bool AnyPort { get; init; }

    /// <summary>Where clients may ask; empty for nowhere.</summary>
    public ImmutableArray<QueryEndpoint> Query { get; init; } = [];

    /// <summary>Who may ask, besides clients of this host and of directly connected networks.</summary>
    public ImmutableArray<IPNetwork> Allow { get; init; } = [];

    /// <summary>Clients connected at a time.</summary>
    public int ConnectionsMax { get; init; } = QueryLimits.Connections;

    /// <summary>Nodes that statuses are exchanged with, wherever they are.</summary>
    public ImmutableArray<NeighbourAddress> Neighbours { get; init; } = [];

    /// <summary>Networks from which every node that asks is a neighbour.</summary>
    public ImmutableArray<IPNetwork> AcceptNeighbours { get; init; } = [];

    /// <summary>Pass statuses on to the connected networks: from one to the others, and from neighbours.</summary>
    public bool Forward { get; init; }

    public bool HasNeighbours => Neighbours.Length + AcceptNeighbours.Length > 0;

    /// <summary>Whether anything is passed on.</summary>
    public bool Relays => HasNeighbours || Forward;

    /// <summary>Hosts in the table.</summary>
    public int HostsMax { get; init; } = HostTable.DefaultCapacity;

    /// <summary>Datagrams a second from one address; 0 for any number.</summary>
    public int RateMax { get; init; } = 10_000;

    /// <summary>A host silent for longer is dropped, with its file.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromDays(30);
}
