namespace Rwho.Tests.Lan;

/// <summary>Our node follows the networks of its host while it runs.</summary>
public sealed class NetworkTests
{
    private static readonly string[] EverySecond = ["--interval", "1s"];

    [NodeFact]
    public async Task An_interface_that_appears_is_announced_to_and_its_hosts_are_heard()
    {
        await using Lan first = await Lan.Start();
        await using Lan second = await Lan.Start();
        LanHost alpha = await first.AddHost("alpha");
        LanHost[] there = await second.AddHosts("beta", "gamma");
        await there[0].StartDebian();
        await using Node node = await Node.Start(alpha, EverySecond);
        await node.Shows("alpha", row => row.State == "up");

        await second.Join(alpha, "eth1");

        await Eventually.True(() => there[0].SpoolFile("alpha") is not null, "Debian on the new LAN heard alpha");
        await there[1].Send(new Announcement("gamma").ToBytes(), second.Broadcast);
        await node.Shows("gamma", row => row.State == "up");
    }

    [NodeFact]
    public async Task An_interface_that_loses_its_address_falls_silent()
    {
        await using Lan first = await Lan.Start();
        await using Lan second = await Lan.Start();
        LanHost alpha = await first.AddHost("alpha");
        string address = await second.Join(alpha, "eth1");
        using Capture capture = await alpha.Watch();
        await using Node node = await Node.Start(alpha, EverySecond);
        await Eventually.True(() => Interfaces(capture.Sent) is ["eth0", "eth1"], "announcements on both");

        await alpha.Ip($"addr del {address}/24 dev eth1");

        await Eventually.True(
            () => capture.Sent.TakeLast(3).Count(seen => seen.Interface == "eth0") == 3,
            "announcements on eth0 alone");
        Assert.False(node.Process.HasEnded);
    }

    [NodeFact]
    public async Task An_interface_that_changes_its_address_is_announced_from_and_to_the_new_one()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], EverySecond);
        await Eventually.True(
            () => Ends(capture.Heard).Contains((hosts[0].Address, lan.Broadcast)),
            "an announcement by the old address");

        await hosts[0].Ip(
            $"addr del {hosts[0].Address}/24 dev eth0", "addr add 10.89.7.5/25 brd 10.89.7.127 dev eth0");

        await Eventually.True(
            () => Ends(capture.Heard).TakeLast(2).All(ends => ends == ("10.89.7.5", "10.89.7.127")),
            () => $"announcements by the new address: {string.Join("; ", capture.Heard)}; {node.Process.Errors}");
        Assert.False(node.Process.HasEnded);
    }

    [NodeFact]
    public async Task A_link_that_was_down_is_announced_to_when_it_is_up_again()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await hosts[1].StartDebian();
        await using Node node = await Node.Start(hosts[0], EverySecond);
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "beta heard alpha");
        await hosts[0].Ip("link set eth0 down");
        hosts[1].ClearSpool();
        await hosts[0].Ip("link set eth0 up");
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "beta heard alpha again");
        Assert.False(node.Process.HasEnded);
    }

    [NodeFact]
    public async Task An_address_without_broadcast_address_is_heard_all_the_same()
    {
        await using Lan lan = await Lan.Start();
        LanHost beta = await lan.AddHost("beta");
        LanHost alpha = await lan.AddHost("alpha", Addressing.WithoutBroadcast);
        await beta.StartDebian();
        await using Node node = await Node.Start(alpha, EverySecond);
        await Eventually.True(() => beta.SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");
    }

    [NodeFact]
    public async Task A_host_at_the_other_end_of_a_point_to_point_link_hears_and_is_heard()
    {
        await using Lan here = await Lan.Start();
        await using Lan there = await Lan.Start();
        LanHost alpha = await here.AddHost("alpha");
        LanHost far = await there.AddHost("far");
        using PointToPoint link = await PointToPoint.Between(alpha, "10.91.0.1", far, "10.91.0.2", "ptp0");
        await using Node node = await Node.Start(alpha, EverySecond);
        await far.StartDebian();
        await Eventually.True(() => far.SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");
        await node.Shows("far", row => row.State == "up");
    }

    [NodeTheory]
    [InlineData("", "eth0 eth1 ptp0")]
    [InlineData("-a", "eth0 eth1 ptp0")]
    [InlineData("-b", "eth0 eth1")]
    [InlineData("-p", "ptp0")]
    [InlineData("-i eth1", "eth1")]
    [InlineData("-i eth1 -i ptp0", "eth1 ptp0")]
    public async Task Options_select_the_interfaces(string options, string interfaces)
    {
        await using Lan lan = await Lan.Start();
        await using Lan other = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "far");
        await other.Join(hosts[0], "eth1");
        using PointToPoint link = await PointToPoint.Between(hosts[0], "10.91.0.1", hosts[1], "10.91.0.2", "ptp0");
        using Capture capture = await hosts[0].Watch();
        await using Node node = await Node.Start(
            hosts[0], [.. EverySecond, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        string[] expected = interfaces.Split(' ');
        await Eventually.True(
            () => expected.All(name => capture.Sent.Count(seen => seen.Interface == name) >= 2),
            () => $"two announcements on {interfaces}: {string.Join("; ", capture.Sent)}");
        Assert.Equal(expected, Interfaces(capture.Sent));
        Assert.All(capture.Sent.Where(seen => seen.Interface == "ptp0"),
            seen => Assert.Equal("10.91.0.2", seen.To.Address.ToString()));
    }

    [NodeFact]
    public async Task A_named_interface_that_does_not_exist_yet_is_waited_for()
    {
        await using Lan lan = await Lan.Start();
        await using Lan late = await Lan.Start();
        LanHost alpha = await lan.AddHost("alpha");
        LanHost beta = await late.AddHost("beta");
        await beta.StartDebian();
        using Capture capture = await alpha.Watch();
        await using Node node = await Node.Start(alpha, [.. EverySecond, "-i", "late0"]);
        await Eventually.True(
            () => node.Process.Errors.Contains("late0", StringComparison.Ordinal), "a warning that late0 is missing");
        await late.Join(alpha, "late0");
        await Eventually.True(
            () => beta.SpoolFile("alpha") is not null, () => $"Debian's rwhod heard alpha: {node.Process.Errors}");
        Assert.Equal(["late0"], Interfaces(capture.Sent));
    }

    private static string[] Interfaces(IEnumerable<Seen> datagrams) =>
        [.. datagrams.Select(seen => seen.Interface).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<(string From, string To)> Ends(IEnumerable<Seen> datagrams) =>
        datagrams.Select(seen => (seen.From.Address.ToString(), seen.To.Address.ToString()));
}
