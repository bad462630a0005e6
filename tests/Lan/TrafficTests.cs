using System.Globalization;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>
/// What relaying costs, counted on each link by the kernel: a LAN with k relays carries a status at most k times, and
/// once more for a host of its own; a link between neighbours once each way at most. In every topology.
/// </summary>
public sealed class TrafficTests(ITestOutputHelper output)
{
    [NodeFact]
    public async Task Along_a_line_of_three_LANs()
    {
        await using Site site = await Site.Start(3, ipv6: false);
        using Announcers hosts = await Announcers.On(site.Lans);
        await using Node west = await Relay(site, "west", 0, 1);
        await using Node east = await Relay(site, "east", 1, 2);
        await hosts.ReachEverywhere(relays: [1, 2, 1]);

        await hosts.Announce();

        AssertBounds("line, 2 relays", hosts, relays: [1, 2, 1]);
    }

    [NodeFact]
    public async Task Between_two_LANs_with_two_relays()
    {
        await using Site site = await Site.Start(2, ipv6: false);
        using Announcers hosts = await Announcers.On(site.Lans);
        await using Node first = await Relay(site, "first", 0, 1);
        await using Node second = await Relay(site, "second", 0, 1);
        await hosts.ReachEverywhere(relays: [2, 2]);

        await hosts.Announce();

        AssertBounds("2 LANs, 2 relays", hosts, relays: [2, 2]);
    }

    [NodeFact]
    public async Task Around_a_ring_also_when_it_is_cut_and_healed()
    {
        await using Site site = await Site.Start(3, ipv6: false);
        using Announcers hosts = await Announcers.On(site.Lans);
        await using Node r12 = await Relay(site, "r12", 0, 1);
        await using Node r23 = await Relay(site, "r23", 1, 2);
        await using Node r31 = await Relay(site, "r31", 2, 0);
        await hosts.ReachEverywhere(relays: [2, 2, 2]);
        await hosts.Announce();
        AssertBounds("ring, 3 relays", hosts, relays: [2, 2, 2]);

        await r12.Host.Ip("link set eth1 down");
        hosts.Mark();
        await hosts.Announce();
        AssertBounds("ring, cut", hosts, relays: [2, 1, 2]);

        string[] before = [.. hosts.Said];
        hosts.Mark();
        await r12.Host.Ip("link set eth1 up");
        await Eventually.True(
            () => hosts.Links[1].Statuses.Any(status => status.Host == "r12"), "r12 is on the second LAN again");
        await hosts.Announce();
        AssertBounds("ring, healed", hosts, relays: [2, 2, 2]);
        Assert.All(hosts.Links, link => Assert.Empty(link.Statuses.Select(status => status.Key).Intersect(before)));
    }

    [NodeFact]
    public async Task Among_neighbours_around_one_where_nothing_is_passed_on_to_a_LAN()
    {
        const int Leaves = 3;
        await using Lan middle = await Lan.Start(ipv6: false);
        await using Site site = await Site.Start(Leaves, ipv6: false);
        using Announcers hosts = await Announcers.On(site.Lans);
        await using Node hub = await Node.Start(
            await middle.AddHost("hub"), "-i", "none", "--interval", "11m", "--accept-neighbour", "10.0.0.0/8");
        var leaves = new List<Node>();
        var spokes = new List<Link>();
        for (int i = 0; i < Leaves; i++)
        {
            LanHost leaf = await middle.AddHost($"leaf{i + 1}");
            await site.Lans[i].Join(leaf, "eth1");
            spokes.Add(await Link.At($"hub - {leaf.Name}", leaf));
            leaves.Add(await Node.Start(leaf, "-i", "none", "--interval", "11m", "--neighbour", hub.Host.Address));
        }

        // A board holds what was announced before: all boards have come before the count begins.
        foreach (Link spoke in spokes)
            await Eventually.True(
                () => spoke.Datagrams.Count(seen => seen.Bytes is [_, 2, 4, ..]) >= 2, $"both boards on {spoke.Name}");
        foreach (Node leaf in leaves)
            foreach (int i in Enumerable.Range(1, Leaves)) await leaf.Shows($"leaf{i}", row => row.State == "up");
        hosts.Mark();
        spokes.ForEach(spoke => spoke.Mark());

        await hosts.Announce(spokes);

        int said = hosts.Said.Count;
        Report.Header(output);
        foreach (Link spoke in spokes)
        {
            Report.Line(output, "star of neighbours", hosts.Count, said, spoke, 2 * said);
            Assert.All(
                hosts.OnlyTheirs(spoke).GroupBy(status => (status.Key, status.Outgoing)), same => Assert.Single(same));
            // Hellos and their answers, the hosts' ARP, and announcements of the four nodes, should they fall due.
            Assert.InRange(spoke.Packets, said, (2 * said) + 40);
        }

        foreach (Link lan in hosts.Links)
        {
            Report.Line(output, "star of neighbours", hosts.Count, said, lan, said / Leaves);
            Assert.Equal(said / Leaves, lan.Packets);
        }

        foreach (Link spoke in spokes) spoke.Dispose();
        foreach (Node leaf in leaves) await leaf.DisposeAsync();
    }

    /// <summary>Its own announcements come so seldom that they do not disturb the count.</summary>
    private static Task<Node> Relay(Site site, string name, int one, int other) =>
        site.Relay(name, one, other, interval: "11m");

    /// <summary>
    /// No status passes a LAN more often than its relays, and a host of its own, may say it; and nothing else passes.
    /// </summary>
    private void AssertBounds(string topology, Announcers hosts, int[] relays)
    {
        int said = hosts.Said.Count;
        Report.Header(output);
        foreach ((int i, Link link) in hosts.Links.Index())
        {
            int own = said / hosts.Links.Count;
            Report.Line(output, topology, hosts.Count, said, link, (relays[i] * said) + own);
            Assert.All(
                link.Statuses.GroupBy(status => status.Key),
                same => Assert.InRange(same.Count(), 1, relays[i] + (Announcers.IsFrom(i, same.First().Host) ? 1 : 0)));
            int others = link.Statuses.Select(status => status.Key).Except(hosts.Said).Count();
            Assert.InRange(link.Packets, said, (relays[i] * said) + own + (others * (relays[i] + 1)));
            Assert.InRange(link.Packets - others, said, said * 5 / 4); // about once, where the relays are not held up
        }
    }

    /// <summary>The table of what was counted.</summary>
    private static class Report
    {
        private const double IntervalMinutes = 3;

        public static void Header(ITestOutputHelper output) => output.WriteLine(
            "topology           | hosts | announced | link        | packets | each | bound | a minute | bound "
            + "(computed, at an interval of 180 s)");

        public static void Line(ITestOutputHelper output, string topology, int hosts, int said, Link link, int bound)
        {
            double each = (double)link.Packets / said;
            double most = (double)bound / said;
            double announced = hosts / IntervalMinutes;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{topology,-18} | {hosts,5} | {said,9} | {link.Name,-11} | {link.Packets,7} | {each,4:F2} | "
                + $"{most,5:F2} | {announced * each,8:F1} | {announced * most,5:F1}"));
        }
    }
}
