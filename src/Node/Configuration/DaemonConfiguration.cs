using System.Collections.Immutable;
using System.Net;
using Rwho.Actors;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Node.Federation;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Configuration;

/// <summary>What the command line and the configuration file say, before the system is asked for the rest.</summary>
public sealed record DaemonConfiguration
{
    /// <summary>Read when there is one and no other is named.</summary>
    public const string SystemFile = "/etc/rwho/rwhod.json";

    /// <summary>Whom the daemon becomes when started as root, if there is such a user.</summary>
    public const string DefaultUser = "rwhod";

    public HostName? Name { get; init; }

    public string? Spool { get; init; }

    public int? Port { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(WhoTime.IntervalSeconds);

    public bool Broadcast { get; init; } = true;

    public bool PointToPoint { get; init; } = true;

    public ImmutableArray<string> Interfaces { get; init; } = [];

    public int? MulticastTtl { get; init; }

    public string? User { get; init; }

    public bool ListenOnly { get; init; }

    public bool SendOnly { get; init; }

    public bool AnyPort { get; init; }

    /// <summary>Where clients may ask by TCP; null for the usual place, empty for nowhere.</summary>
    public ImmutableArray<IPEndPoint>? Query { get; init; }

    /// <summary>The Unix socket of local clients; null for the usual place, empty for none.</summary>
    public string? QuerySocket { get; init; }

    public ImmutableArray<IPNetwork> Allow { get; init; } = [];

    public ImmutableArray<NeighbourAddress> Neighbours { get; init; } = [];

    public ImmutableArray<IPNetwork> AcceptNeighbours { get; init; } = [];

    public bool Forward { get; init; }

    /// <summary>Where other gateways reach this one; null for a node that is none.</summary>
    public ClusterAddress? Cluster { get; init; }

    /// <summary>Gateways by which it joins the others.</summary>
    public ImmutableArray<ClusterAddress> Seeds { get; init; } = [];

    /// <summary>The file of the gateway's certificate; null for none.</summary>
    public string? ClusterCertificate { get; init; }

    /// <summary>Without a certificate, not only on loopback.</summary>
    public bool InsecureCluster { get; init; }

    public int HostsMax { get; init; } = Actors.Hosts.HostTable.DefaultCapacity;

    public int RateMax { get; init; } = 10_000;

    public TimeSpan Forget { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The file that everything received is recorded to; null for none.</summary>
    public string? Record { get; init; }

    /// <param name="query">Where clients may ask.</param>
    public NodeSettings ToSettings(HostName name, int port, ImmutableArray<QueryEndpoint> query) => new()
    {
        Name = name,
        Port = port,
        Interval = Interval,
        Networks = new NetworkSelection(Broadcast, PointToPoint, Interfaces, MulticastTtl),
        ListenOnly = ListenOnly,
        SendOnly = SendOnly,
        AnyPort = AnyPort,
        Query = query,
        Allow = Allow,
        Neighbours = Neighbours,
        AcceptNeighbours = AcceptNeighbours,
        Forward = Forward,
        ConnectionsMax = OpenFiles.Connections(QueryLimits.Connections),
        HostsMax = HostsMax,
        RateMax = RateMax,
        Forget = Forget,
    };
}
