using System.Globalization;
using System.Net;
using Rwho.Actors;
using Rwho.Actors.Relays;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation.Scenarios;

/// <summary>A site drawn from a seed: networks, who joins them, who is on them, and what goes wrong when.</summary>
internal sealed class Scenario
{
    public const long Second = 1_000_000;

    /// <summary>Every node's; what comes from another is refused.</summary>
    public const ushort Port = 513;

    private readonly SiteOptions options;
    private readonly Random random;
    private readonly List<string> joins = [];
    private readonly Dictionary<HostName, VirtualHost> byName = [];

    public Scenario(Site site, SiteOptions options)
    {
        Site = site;
        this.options = options;
        random = site.NewRandom();
        for (var i = 0; i < options.Lans; i++) site.Wire.AddSegment();
        for (var i = 0; i < options.Hosts; i++) AddHost(i);
        var oldShare = options.HasFaults ? random.NextDouble() * 0.3 : 0;
        JoinLans();
        foreach (var host in Site.Hosts)
            if (!Settings[host].Relays && random.NextDouble() < oldShare) Olds.Add(host);
        foreach (var host in Site.Hosts)
            Site.Plan(random.Next(180) * Second, $"{Who(host)} starts", () => Start(host));
        Quiet = 2 * 180 * Second + 90 * Second;
        End = (long)(options.Hours * 3600 * Second);
        if (options.HasFaults) new Faults(this, random, (End - Quiet - 660 * Second)).Plan();
    }

    public Site Site { get; }

    public Dictionary<VirtualHost, NodeSettings> Settings { get; } = [];

    public HashSet<VirtualHost> Olds { get; } = [];

    /// <summary>Hosts that are gone for good, and since when.</summary>
    public Dictionary<VirtualHost, long> Dead { get; } = [];

    /// <summary>When the last fault was over, in microseconds.</summary>
    public long Healed { get; set; } = 180 * Second;

    /// <summary>How long after the last fault every board must be right.</summary>
    public long Quiet { get; }

    public long End { get; }

    /// <summary>The networks in words.</summary>
    public string Topology => $"{options.Hosts} hosts ({Olds.Count} old daemons) on {options.Lans} LANs, "
        + (joins.Count == 0 ? "not joined" : string.Join(", ", joins));

    public VirtualHost? ByName(HostName name) => byName.GetValueOrDefault(name);

    public bool IsRelay(VirtualHost host) => Settings[host].Relays;

    public void Start(VirtualHost host)
    {
        if (host.IsRunning || Dead.ContainsKey(host)) return;
        Site.Watch.Awaits(host.Name);
        if (host.SteppedAt > Site.Now - 2 * Faults.Longest) Site.Watch.StartsAfterStep(Site.Now);
        host.Answers = IsRelay(host);
        if (IsRelay(host)) Site.Traffic.Ways.Starts(host.Index);
        if (Olds.Contains(host)) host.StartOld(new OldDaemon(host));
        else host.StartNode(new NodeProcess(host, Settings[host], options.Flaw));
    }

    public void Die(VirtualHost host)
    {
        Dead[host] = Site.Now;
        host.Kill();
    }

    public static string Who(VirtualHost host) =>
        string.Create(CultureInfo.InvariantCulture, $"h{host.Index}");

    private void AddHost(int i)
    {
        var host = Site.AddHost($"h{i}", options.HasFaults ? random.NextDouble() * 200 - 100 : 0);
        byName.Add(host.Name, host);
        host.Plug(Site.Wire.Segments[i % options.Lans]);
        Settings[host] = new NodeSettings
        {
            Name = host.Name,
            HostsMax = 2 * options.Hosts + 200,
            Forget = TimeSpan.FromHours(1),
        };
    }

    // A tree, so that it is one site, and a few more ways for loops.
    private void JoinLans()
    {
        for (var i = 1; i < options.Lans; i++) Join(i, random.Next(i));
        for (var more = options.Lans > 2 ? random.Next(1 + options.Lans / 3) : 0; more > 0; more--)
        {
            var (one, other) = (random.Next(options.Lans), random.Next(options.Lans));
            if (one != other) Join(one, other);
        }
    }

    private void Join(int one, int other)
    {
        if (random.Next(10) < 3)
        {
            JoinByNeighbours(AnyOn(one), AnyOn(other));
            joins.Add($"{one}~{other}");
            return;
        }

        for (var relays = random.Next(4) == 0 ? 2 : 1; relays > 0; relays--)
        {
            var host = AnyOn(one);
            if (!host.Ports.Exists(port => port.Segment.Number == other)) host.Plug(Site.Wire.Segments[other]);
            Settings[host] = Settings[host] with { Forward = true };
            joins.Add($"{one}-{other}");
        }
    }

    private void JoinByNeighbours(VirtualHost one, VirtualHost other)
    {
        var accepts = random.Next(2) == 0;
        Name(one, other);
        if (accepts)
        {
            var network = new IPNetwork(Address.ToIP(Address.On(one.Ports[0].Segment.Number, 0)), Address.PrefixLength);
            Settings[other] = Settings[other] with
            {
                Forward = true,
                AcceptNeighbours = Settings[other].AcceptNeighbours.Add(network),
            };
        }
        else Name(other, one);

        void Name(VirtualHost from, VirtualHost to) => Settings[from] = Settings[from] with
        {
            Forward = true,
            Neighbours = Settings[from].Neighbours.Add(
                new NeighbourAddress(Address.ToIP(to.Ports[0].Address).ToString(), 0)),
        };
    }

    private VirtualHost AnyOn(int lan)
    {
        var all = Site.Hosts.Where(host => host.Ports[0].Segment.Number == lan).ToList();
        return all[random.Next(all.Count)];
    }
}
