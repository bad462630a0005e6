namespace Rwho.Tests.Simulation.Networks;

/// <summary>What happens to datagrams on a LAN, or on the way between two hosts.</summary>
internal sealed record Weather
{
    public static readonly Weather Fair = new();

    /// <summary>0..1.</summary>
    public double Loss { get; init; }

    /// <summary>How many arrive twice, 0..1.</summary>
    public double Duplication { get; init; }

    public int DelayMicroseconds { get; init; } = 100;

    /// <summary>Added to the delay at random; more than the time between two datagrams reorders them.</summary>
    public int JitterMicroseconds { get; init; } = 200;

    public bool IsCut { get; init; }
}

/// <summary>A broadcast network.</summary>
internal sealed class Segment(int number)
{
    public int Number => number;

    public List<Port> Ports { get; } = [];

    public Weather Weather { get; set; } = Weather.Fair;
}

/// <summary>Where a host is plugged into a network.</summary>
internal sealed class Port(IStation station, Segment segment, uint address)
{
    public IStation Station => station;

    public Segment Segment => segment;

    public uint Address { get; set; } = address;

    /// <summary>The interface is down: nothing gets in or out, and the host knows.</summary>
    public bool IsDown { get; set; }

    /// <summary>A cable that is broken one way: nothing gets out.</summary>
    public bool IsMute { get; set; }

    /// <summary>A cable that is broken the other way: nothing comes in.</summary>
    public bool IsDeaf { get; set; }
}

/// <summary>What is at a port.</summary>
internal interface IStation
{
    /// <summary>Number in the site, from 0.</summary>
    int Index { get; }

    /// <summary>True time there, in microseconds: who lags is behind the site.</summary>
    long Now { get; }

    /// <summary>Something is on its way here.</summary>
    void Expect(Arrival arrival);
}
