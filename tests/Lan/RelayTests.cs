namespace Rwho.Tests.Lan;

/// <summary>Several LANs, our nodes between them, Debian's daemons on them.</summary>
public sealed class RelayTests
{
    [NodeFact]
    public async Task Along_a_line_of_three_LANs_every_Debian_lists_every_host()
    {
        await using Site site = await Site.Start(3);
        LanHost[] ends = await site.AddHosts("one", "two", "three");
        await using Node west = await site.Relay("west", 0, 1);
        await using Node east = await site.Relay("east", 1, 2);

        await Site.StartDebians(ends);

        foreach (LanHost end in ends) await Lists(end, "one", "two", "three", "west", "east");
    }

    [NodeFact]
    public async Task Around_a_ring_every_host_is_listed_with_bounded_traffic_also_when_it_is_cut_and_healed()
    {
        await using Site site = await Site.Start(3);
        LanHost[] ends = await site.AddHosts("one", "two", "three");
        await using Node r12 = await site.Relay("r12", 0, 1);
        await using Node r23 = await site.Relay("r23", 1, 2);
        await using Node r31 = await site.Relay("r31", 2, 0);
        using Capture seen = await ends[1].Watch();
        await Site.StartDebians(ends);
        string[] all = ["one", "two", "three", "r12", "r23", "r31"];
        foreach (LanHost end in ends) await Lists(end, all);

        await r12.Host.Ip("link set eth1 down");
        LanHost sender = await site.Lans[0].AddHost("sender");
        await sender.Send(new Announcement("later").ToBytes(), site.Lans[0].Broadcast);
        foreach (LanHost end in ends) await Lists(end, [.. all, "later"]);

        await r12.Host.Ip("link set eth1 up");
        await Eventually.Answer(
            async () =>
            {
                await sender.Send(new Announcement("healed").ToBytes(), site.Lans[0].Broadcast);
                return seen.Heard.Any(datagram => datagram.HostName == "healed");
            },
            heard => heard, "healed heard on the second LAN");
        foreach (LanHost end in ends) await Lists(end, [.. all, "later", "healed"]);

        // Each datagram crosses a LAN once for its sender or the first relay, and at most once more for each relay.
        Assert.All(
            seen.All.Where(datagram => datagram.HostName.Length > 0).GroupBy(datagram => Key(datagram.Bytes)),
            copies => Assert.InRange(copies.Count(), 1, 2));
    }

    [NodeFact]
    public async Task Two_relays_between_the_same_LANs_send_a_datagram_hardly_more_than_once()
    {
        const int Datagrams = 50;
        await using Site site = await Site.Start(2);
        LanHost[] ends = await site.AddHosts("one", "two");
        await using Node first = await site.Relay("first", 0, 1);
        await using Node second = await site.Relay("second", 0, 1);
        using Capture seen = await ends[1].Watch();

        foreach (int i in Enumerable.Range(0, Datagrams))
            await ends[0].Send(new Announcement($"host{i}").ToBytes(), site.Lans[0].Broadcast);

        await Eventually.True(
            () => Names(seen).Distinct().Count() == Datagrams, () => $"{Names(seen).Distinct().Count()} arrived");
        await Lists(first.Host, "first", "second", "host0", "host49");
        Assert.InRange(Names(seen).Count(), Datagrams, Datagrams * 3 / 2);

        static IEnumerable<string> Names(Capture capture) => capture.Heard
            .Select(datagram => datagram.HostName).Where(name => name.StartsWith("host", StringComparison.Ordinal));
    }

    [NodeFact]
    public async Task Across_a_point_to_point_link_without_broadcast_both_sides_list_each_other()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("gate", "near");
        await using LanHost far = await LanHost.Start("far");
        using PointToPoint link = await PointToPoint.Between(hosts[0], "10.91.0.1", far, "10.91.0.2", "ptp0");
        await using Node gate = await Node.Start(hosts[0], "-f", "--interval", "3s");
        await Site.StartDebians(hosts[1], far);
        await Lists(far, "gate", "near"); // an old daemon does not hear itself on such a link
        await Lists(hosts[1], "far", "gate", "near");
    }

    [NodeFact]
    public async Task Neighbours_at_IPv6_addresses_exchange_their_boards()
    {
        await using Site site = await Site.Start(1);
        LanHost a = await site.Lans[0].AddHost("a", Addressing.None);
        LanHost b = await site.Lans[0].AddHost("b", Addressing.None);
        await a.Ip("addr add 2001:db8::1/64 dev eth0 nodad");
        await b.Ip("addr add 2001:db8::2/64 dev eth0 nodad");
        await using Node second = await Node.Start(b, "--accept-neighbour", "2001:db8::/64");
        await using Node first = await Node.Start(a, "--neighbour", "2001:db8::2");
        await Lists(a, "a", "b");
        await Lists(b, "a", "b");
        // What comes before its sender proved its address counts as off-net, until the board follows.
        await Eventually.Answer(
            async () => (await b.Run(NodeProgram.Path, "ruptime", "--why", "a")).Text,
            why => why.StartsWith("a is up: it was heard ", StringComparison.Ordinal)
                && why.Contains("It came from neighbour ", StringComparison.Ordinal),
            "b says why it lists a");
    }

    [NodeFact]
    public async Task A_newcomer_at_the_end_of_a_line_has_the_whole_board_at_once_and_what_is_down_stays_down()
    {
        const int Hosts = 500;
        await using Site site = await Site.Start(1);
        LanHost[] hosts = await site.Lans[0].AddHosts("a", "b", "c");
        foreach (int i in Enumerable.Range(0, Hosts)) hosts[0].Keep(Announcement.Of($"host{i}", secondsAgo: 30));
        hosts[0].Keep(Announcement.Of("dead", secondsAgo: 11 * 60 - 5));
        await using Node first = await Node.Start(
            hosts[0], "--neighbour", hosts[1].Address, "--spool", LanHost.Spool, "-i", "none");
        await using Node second = await Node.Start(
            hosts[1], "--neighbour", hosts[0].Address, "--accept-neighbour", "10.0.0.0/8", "-i", "none");
        await second.Shows("host499", row => row.State == "up");

        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        await using Node third = await Node.Start(hosts[2], "--neighbour", hosts[1].Address, "-i", "none");
        await Eventually.True(
            () => hosts[2].SpoolNames.Count == Hosts + 4, () => $"{hosts[2].SpoolNames.Count} hosts in the spool");
        TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);

        await third.Shows("dead", row => row.State == "down");
        foreach (Node node in new[] { first, second, third }) await node.Shows("dead", row => row.State == "down");
        int[] times = [.. hosts.Select(host => host.ReceivedAt("dead"))];
        Assert.InRange(times.Max() - times.Min(), 0, 1);
        Assert.InRange(took.TotalSeconds, 0, 20); // 3 s are promised; this machine may be slow to start a program
    }

    [NodeFact]
    public async Task Beside_Debians_forwarders_nothing_multiplies_and_no_dead_host_comes_back()
    {
        await using Site site = await Site.Start(2);
        LanHost[] ends = await site.AddHosts("one", "two");
        await using Node first = await site.Relay("first", 0, 1);
        await using Node second = await site.Relay("second", 0, 1);
        LanHost old = await site.Lans[0].AddHost("old");
        await site.Lans[1].Join(old, "eth1");
        await old.StartDebian("-f");
        using Capture seen = await ends[1].Watch();
        await ends[0].Send(new Announcement("last") { Users = Crowd.Of(2) }.ToBytes(), site.Lans[0].Broadcast);
        await Eventually.True(() => first.Host.SpoolFile("last") is not null, "last is known");
        await Eventually.True(() => seen.Heard.Any(datagram => datagram.HostName == "last"), "last on the other LAN");
        int received = first.Host.ReceivedAt("last");

        // Whatever still circles would be seen within a few rounds.
        foreach (int i in Enumerable.Range(0, 20))
            await ends[0].Send(new Announcement($"probe{i}").ToBytes(), site.Lans[0].Broadcast);
        await Eventually.True(
            () => Enumerable.Range(0, 20).All(i => seen.Heard.Any(datagram => datagram.HostName == $"probe{i}")),
            "all probes on the other LAN");

        Assert.InRange(seen.Heard.Count(datagram => datagram.HostName == "last"), 1, 3);
        Assert.Equal(received, first.Host.ReceivedAt("last"));
    }

    private static string Key(byte[] datagram) => Convert.ToHexString(datagram);

    private static Task<string> Lists(LanHost host, params string[] names) => Eventually.Answer(
        async () => string.Join(' ', (await host.Run("/usr/bin/ruptime", "-a")).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])),
        listed => names.All(listed.Split(' ').Contains), $"{host.Name} lists {string.Join(' ', names)}");
}
