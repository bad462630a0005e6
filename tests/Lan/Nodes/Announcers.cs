namespace Rwho.Tests.Lan;

/// <summary>Hosts on each LAN that announce; one interface says it for all hosts of a LAN, and counts.</summary>
public sealed class Announcers : IDisposable
{
    private const int HostsOfLan = 20;
    private const int Rounds = 5;
    private const int LateRounds = 4;
    private readonly Lan[] _lans;
    private readonly List<UdpPort> _ports = [];
    private readonly List<Link> _links = [];
    private readonly List<string> _said = [];
    private int _number;

    private Announcers(Lan[] lans) => _lans = lans;

    public IReadOnlyList<Link> Links => _links;

    public int Count => HostsOfLan * _lans.Length;

    /// <summary>What they announced since the mark, each once.</summary>
    public IReadOnlyList<string> Said => _said;

    public static async Task<Announcers> On(Lan[] lans)
    {
        var hosts = new Announcers(lans);
        foreach ((int i, Lan lan) in lans.Index())
        {
            LanHost host = await lan.AddHost($"end{i + 1}");
            hosts._links.Add(await Link.At($"LAN {i + 1}", host));
            hosts._ports.Add(await host.OpenPort(LanHost.WhoPort));
        }

        return hosts;
    }

    /// <summary>True for a host of a LAN, and for a relay, which is on more than one.</summary>
    public static bool IsFrom(int lan, string host) =>
        !host.StartsWith("host", StringComparison.Ordinal)
        || host.StartsWith($"host{lan + 1}-", StringComparison.Ordinal);

    /// <summary>The statuses of these hosts among those that passed.</summary>
    public IEnumerable<Passed> OnlyTheirs(Link link) => link.Statuses.Where(status => _said.Contains(status.Key));

    /// <summary>Waits until all relays are at work, and what they say of themselves has passed.</summary>
    public async Task ReachEverywhere(int[] relays)
    {
        foreach ((int i, Link link) in _links.Index())
            await Eventually.True(
                () => link.Statuses.Where(status => !status.Outgoing).Select(status => status.From).Distinct()
                    .Count() == relays[i],
                $"{relays[i]} relays speak on {link.Name}");
        await Eventually.Answer(
            () => Task.FromResult(Say(0, "warm-up")),
            _ => _links.All(link => link.Statuses.Any(status => status.Host == "warm-up")), "a way to each LAN");
        await LetLateCopiesCome(_links);
        Mark();
    }

    public void Mark()
    {
        _links.ForEach(link => link.Mark());
        _said.Clear();
    }

    /// <summary>
    /// Each host announces some times; each time all have arrived before the next. Then one of each LAN goes on, so
    /// that copies that are late are seen, too.
    /// </summary>
    public async Task Announce(IEnumerable<Link>? to = null)
    {
        Link[] links = [.. to ?? _links];
        foreach (int _ in Enumerable.Range(0, Rounds)) await Round(links, HostsOfLan);
        await LetLateCopiesCome(links);
    }

    public void Dispose()
    {
        foreach (UdpPort port in _ports) port.Dispose();
        foreach (Link link in _links) link.Dispose();
    }

    private async Task LetLateCopiesCome(IReadOnlyList<Link> links)
    {
        foreach (int _ in Enumerable.Range(0, LateRounds)) await Round(links, 1);
    }

    private async Task Round(IReadOnlyList<Link> links, int hosts)
    {
        string[] round =
        [
            .. Enumerable.Range(0, _lans.Length).SelectMany(lan =>
                Enumerable.Range(1, hosts).Select(host => Say(lan, $"host{lan + 1}-{host}"))),
        ];
        _said.AddRange(round);
        foreach (Link link in links)
            await Eventually.True(
                () => !round.Except(link.Statuses.Select(status => status.Key)).Any(), $"all on {link.Name}");
    }

    private string Say(int lan, string host)
    {
        _number++;
        byte[] datagram = new Announcement(host) { Load = (_number, 0, 0) }.ToBytes();
        _ports[lan].Send(datagram, _lans[lan].Broadcast);
        return Convert.ToHexString(datagram);
    }
}
