namespace Rwho.Tests.Lan;

/// <summary>What the options of our node change on the wire.</summary>
public sealed class OptionTests
{
    private const string MulticastGroup = "224.0.1.3";

    [NodeFact]
    public async Task Listen_only_hears_and_sends_nothing()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[0].Watch();
        await using Node listener = await Node.Start(hosts[0], "--listen-only", "--interval", "1s");
        await using Node speaker = await Node.Start(hosts[1], "--interval", "1s");
        await Eventually.True(() => hosts[0].SpoolFile("beta") is not null, "alpha heard beta");
        await Eventually.True(() => From(capture.Heard, "beta").Count() >= 4, "four announcements of beta");
        Assert.DoesNotContain(capture.Sent, seen => seen.To.Port == LanHost.WhoPort);
    }

    [NodeFact]
    public async Task Send_only_announces_and_writes_no_other_host()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta", "gamma");
        await hosts[1].StartDebian();
        using Capture capture = await hosts[0].Watch();
        await using Node node = await Node.Start(hosts[0], "--send-only", "--interval", "1s");
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "beta heard alpha");
        await hosts[2].Send(new Announcement("gamma").ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[1].SpoolFile("gamma") is not null, "beta heard gamma");
        int before = capture.Sent.Count;
        await Eventually.True(() => capture.Sent.Count >= before + 3, "three more announcements");
        Assert.DoesNotContain(hosts[0].SpoolNames, name => name != "alpha");
    }

    [NodeFact]
    public async Task Another_source_port_is_refused_unless_any_port_is_given()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("strict", "lax", "gamma");
        await using Node strict = await Node.Start(hosts[0]);
        await using Node lax = await Node.Start(hosts[1], "--any-port");
        foreach (int port in new[] { 514, 1024, 40_000 })
            await hosts[2].Send(new Announcement($"from{port}").ToBytes(), lan.Broadcast, port);
        await hosts[2].Send(new Announcement("from513").ToBytes(), lan.Broadcast);
        await Eventually.True(
            () => hosts[1].SpoolNames.Count(name => name.StartsWith("from", StringComparison.Ordinal)) == 4,
            () => $"all four ports on lax: {string.Join(' ', hosts[1].SpoolNames)}");
        await Eventually.True(() => hosts[0].SpoolFile("from513") is not null, "port 513 on strict");
        Assert.DoesNotContain(hosts[0].SpoolNames, name => name is "from514" or "from1024" or "from40000");
    }

    [NodeTheory]
    [InlineData("-m", 1)]
    [InlineData("--multicast", 1)]
    [InlineData("--multicast=4", 4)]
    public async Task Multicast_goes_out_beside_broadcast(string option, int timeToLive)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], option, "--interval", "1s");
        await Eventually.True(
            () => From(capture.Heard, "alpha").Any(seen => seen.To.Address.ToString() == lan.Broadcast), "broadcast");
        Seen multicast = await Eventually.Some(
            () => From(capture.Heard, "alpha").FirstOrDefault(seen => seen.To.Address.ToString() == MulticastGroup),
            "multicast");
        Assert.Equal((timeToLive, 513, 513), (multicast.TimeToLive, multicast.From.Port, multicast.To.Port));
    }

    [NodeFact]
    public async Task Multicast_goes_out_on_every_network_each_with_its_own_address()
    {
        await using Lan one = await Lan.Start();
        await using Lan two = await Lan.Start();
        LanHost alpha = await one.AddHost("alpha");
        await two.Join(alpha, "eth1");
        LanHost[] others = [await one.AddHost("beta"), await two.AddHost("gamma")];
        using Capture first = await others[0].Watch();
        using Capture second = await others[1].Watch();
        await using Node node = await Node.Start(alpha, "--multicast=2", "--interval", "1s");
        foreach ((Capture capture, Lan lan) in new[] { (first, one), (second, two) })
        {
            await Eventually.True(
                () => From(capture.Heard, "alpha").Any(seen => seen.To.Address.ToString() == lan.Broadcast),
                "broadcast");
            Seen multicast = await Eventually.Some(
                () => From(capture.Heard, "alpha").FirstOrDefault(seen => seen.To.Address.ToString() == MulticastGroup),
                "multicast");
            Assert.Equal(2, multicast.TimeToLive);
            Assert.Equal(lan.Broadcast[..lan.Broadcast.LastIndexOf('.')], Prefix(multicast.From.Address.ToString()));
        }

        static string Prefix(string address) => address[..address.LastIndexOf('.')];
    }

    [NodeFact]
    public async Task Multicast_is_heard_without_being_asked_for()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await using Node node = await Node.Start(hosts[0]);
        using UdpPort port = await hosts[1].OpenPort(LanHost.WhoPort);
        await Eventually.True(
            () =>
            {
                port.Multicast(new Announcement("gamma").ToBytes(), MulticastGroup, hosts[1].Address);
                return hosts[0].SpoolFile("gamma") is not null;
            },
            "alpha heard gamma's multicast");
    }

    [NodeFact]
    public async Task Without_the_option_nothing_is_multicast()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--interval", "1s");
        await Eventually.True(() => From(capture.Heard, "alpha").Count() >= 3, "three announcements");
        Assert.All(From(capture.Heard, "alpha"), seen => Assert.Equal(lan.Broadcast, seen.To.Address.ToString()));
    }

    [NodeFact]
    public async Task The_interval_is_kept()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--interval", "2s");
        await Eventually.True(() => From(capture.Heard, "alpha").Count() >= 5, "five announcements");
        TimeSpan[] times = [.. From(capture.Heard, "alpha").Select(seen => seen.At)];
        Assert.True(
            (times[4] - times[1]).TotalSeconds > 3 * 1.5,
            $"heard after {string.Join(", ", times.Select(time => (time - times[0]).TotalSeconds))} s");
    }

    [NodeFact]
    public async Task Port_and_name_are_as_told()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(
            hosts[0], "--port", "5130", "--name", "Other.name", "--interval", "1s");
        Seen seen = await Eventually.Some(
            () => From(capture.Heard, "Other.name").FirstOrDefault(), "an announcement by the given name");
        Assert.Equal((5130, 5130, lan.Broadcast), (seen.From.Port, seen.To.Port, seen.To.Address.ToString()));
        Assert.False(hosts[0].IsBound(LanHost.WhoPort));
    }

    private static IEnumerable<Seen> From(IEnumerable<Seen> datagrams, string hostName) =>
        datagrams.Where(seen => seen.HostName == hostName);
}
