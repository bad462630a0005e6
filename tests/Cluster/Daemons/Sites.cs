using Network = Rwho.Tests.Lan.Lan;

namespace Rwho.Tests.Cluster.Daemons;

/// <summary>
/// Networks that have nothing in common but that a gateway of each is on one more network; on each network a host
/// beside the gateway: our daemon is on all but the first.
/// </summary>
public sealed class Sites : IAsyncDisposable
{
    /// <summary>For what takes gateways several rounds, on a machine that has other things to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<Network> _lans = [];
    private readonly List<LanHost> _plain = [];
    private readonly List<HostProcess> _nodes = [];
    private readonly List<GatewayDaemon> _gateways = [];

    private Sites()
    {
    }

    /// <summary>gate0, gate1, ... by eth1 at addresses of the network in between.</summary>
    public IReadOnlyList<GatewayDaemon> Gateways => _gateways;

    public LanHost Plain(int site) => _plain[site];

    /// <summary>The names of all hosts.</summary>
    public IEnumerable<string> Names =>
        _gateways.Select(gateway => gateway.Host.Name).Concat(_plain.Select(at => at.Name));

    /// <param name="furnish">What is done with each gateway's host, and its address, before its daemon starts.</param>
    public static async Task<Sites> Start(
        int count, string[] options, Func<LanHost, string, Task>? furnish = null)
    {
        var sites = new Sites();
        Network between = await Network.Start();
        sites._lans.Add(between);
        var hosts = new List<(LanHost Host, string Address)>();
        for (int site = 0; site < count; site++)
        {
            Network lan = await Network.Start();
            sites._lans.Insert(0, lan);
            LanHost[] made = await lan.AddHosts($"gate{site}", $"plain{site}");
            hosts.Add((made[0], await between.Join(made[0], "eth1")));
            sites._plain.Add(made[1]);
        }

        string[] seeds = [.. hosts.Take(2).SelectMany(at => new[] { "--seed", $"{at.Address}:5514" })];
        foreach ((LanHost host, string address) in hosts)
        {
            if (furnish is not null) await furnish(host, address);
            sites._gateways.Add(await GatewayDaemon.Start(host, $"{address}:5514", [.. seeds, .. options]));
        }

        for (int site = 1; site < count; site++)
            sites._nodes.Add(sites._plain[site].Start(NodeProgram.Path, "-i", "eth0", "--interval", "3s"));
        return sites;
    }

    /// <summary>Waits until each gateway lists every host as up.</summary>
    public async Task Agree()
    {
        foreach (GatewayDaemon gateway in _gateways)
            await gateway.Until(
                Patience, board => Names.All(name => board.TryGetValue(name, out BoardRow? row) && row.State == "up"),
                "lists every host");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HostProcess node in _nodes) await node.DisposeAsync();
        foreach (GatewayDaemon gateway in _gateways) await gateway.DisposeAsync();
        foreach (Network lan in _lans) await lan.DisposeAsync();
    }
}
