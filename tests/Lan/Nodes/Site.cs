namespace Rwho.Tests.Lan;

/// <summary>LANs, and hosts on them.</summary>
public sealed class Site : IAsyncDisposable
{
    private Site(Lan[] lans) => Lans = lans;

    public Lan[] Lans { get; }

    /// <param name="lans">How many.</param>
    /// <param name="ipv6">False where only what the test sends may pass on the LANs.</param>
    public static async Task<Site> Start(int lans, bool ipv6 = true) =>
        new(await Task.WhenAll(Enumerable.Range(0, lans).Select(_ => Lan.Start(ipv6))));

    /// <summary>A host on each LAN.</summary>
    public Task<LanHost[]> AddHosts(params string[] names) =>
        Task.WhenAll(names.Select((name, i) => Lans[i].AddHost(name)));

    /// <summary>A node of ours on two LANs, which passes statuses on.</summary>
    public async Task<Node> Relay(string name, int one, int other, string interval = "3s")
    {
        LanHost host = await Lans[one].AddHost(name);
        await Lans[other].Join(host, "eth1");
        return await Node.Start(host, "-f", "--interval", interval);
    }

    /// <summary>
    /// Debian's daemon announces at its start, then every three minutes: it starts twice, so that all hear all. Not
    /// within one second: that would be the same datagram once more.
    /// </summary>
    public static async Task StartDebians(params LanHost[] hosts)
    {
        DebianDaemon[] daemons = await Task.WhenAll(hosts.Select(host => host.StartDebian()));
        long announced = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Eventually.True(
            () => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > announced, () => "the clock stands still");
        for (int i = 0; i < hosts.Length; i++)
        {
            LanHost host = hosts[i];
            await daemons[i].Stop();
            await host.StartDebian();
            // The next one is stopped only when all have heard this one.
            await Eventually.True(
                () => hosts.All(other => other == host || other.SpoolFile(host.Name) is not null),
                () => $"{host.Name} is not heard by all");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lan lan in Lans) await lan.DisposeAsync();
    }
}
