using System.Collections.Immutable;
using Rwho.Actors;
using Rwho.Actors.Networks;
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

    public int HostsMax { get; init; } = Actors.Hosts.HostTable.DefaultCapacity;

    public int RateMax { get; init; } = 10_000;

    public TimeSpan Forget { get; init; } = TimeSpan.FromDays(30);

    public NodeSettings ToSettings(HostName name, int port) => new()
    {
        Name = name,
        Port = port,
        Interval = Interval,
        Networks = new NetworkSelection(Broadcast, PointToPoint, Interfaces, MulticastTtl),
        ListenOnly = ListenOnly,
        SendOnly = SendOnly,
        AnyPort = AnyPort,
        HostsMax = HostsMax,
        RateMax = RateMax,
        Forget = Forget,
    };
}
