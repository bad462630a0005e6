using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Announce;
using Rwho.Actors.Networks;

namespace Rwho.Tests.Actors;

/// <summary>Which networks are announced to, and how that follows the system.</summary>
public sealed class NetworkTests : IDisposable
{
    private const InterfaceFlags Ethernet =
        InterfaceFlags.Up | InterfaceFlags.Broadcast | InterfaceFlags.Multicast | InterfaceFlags.Running;

    private const InterfaceFlags Link = InterfaceFlags.Up | InterfaceFlags.PointToPoint | InterfaceFlags.Running;

    private const StringComparison Same = StringComparison.Ordinal;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void What_a_host_cannot_read_of_itself_is_a_line_a_minute_and_counted_and_it_announces_all_the_same()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Interval = TimeSpan.FromSeconds(1) };
        alpha.Started();
        alpha.Host.Reading = alpha.Host.Reading with
        {
            Unread = [new Unread("/proc/loadavg", "Permission denied"), new Unread("/run/utmp", "Is a directory")],
        };
        scene.Advance(150);
        var line = "cannot read what this host announces: /proc/loadavg: Permission denied; /run/utmp: Is a directory";
        Assert.Equal(3, scene.Log.Count(said => said.StartsWith(line, Same)));
        Assert.Equal(300, alpha.Counters.NotProbedCount);
        Assert.Equal(151, alpha.Counters.SentCount);
        alpha.Host.Reading = alpha.Host.Reading with { Unread = [] };
        scene.Advance(5);
        Assert.Single(scene.Log, "what this host announces can be read again");
    }

    [Fact]
    public void A_system_that_does_not_list_its_interfaces_is_announced_on_those_known_before()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Networks.Fault = new IOException("cannot list the network interfaces: Too many open files");
        scene.Advance(1800);
        Assert.Equal(11, alpha.Counters.SentCount);
        Assert.InRange(scene.Log.Count(line => line.Contains("going on with the networks known", Same)), 29, 31);
        Assert.DoesNotContain(scene.Log, line => line.Contains("is gone", Same));
        alpha.Networks.Fault = null;
        alpha.Networks.Interfaces.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1"));
        scene.Advance(NetworksActor.RetryInterval.TotalSeconds);
        Assert.Single(scene.Log, "the network interfaces can be read again");
        Assert.Equal([2, 3], alpha.Transport.Memberships.Order());
        alpha.Networks.Change(list => list.RemoveAt(1));
        scene.Advance(1);
        Assert.Equal([2], alpha.Transport.Memberships);
    }

    private static InterfaceAddress At(
        string name, InterfaceFlags flags, string address, int prefix, string? broadcast = null, string? peer = null) =>
        new(name, 3, flags, IPAddress.Parse(address), prefix,
            broadcast is null ? null : IPAddress.Parse(broadcast), peer is null ? null : IPAddress.Parse(peer));

    public static TheoryData<string, InterfaceAddress, string> Destinations() => new()
    {
        { "the broadcast address set", At("e", Ethernet, "10.1.2.3", 24, "10.1.2.200"), "10.1.2.200:513" },
        { "none set: the one of the prefix", At("e", Ethernet, "10.1.2.3", 20), "10.1.15.255:513" },
        { "31 bits: the other address", At("e", Ethernet, "10.1.2.2", 31), "10.1.2.3:513" },
        { "32 bits: nobody", At("e", Ethernet, "10.1.2.3", 32), "" },
        { "a point-to-point link: its peer", At("p", Link, "10.1.2.3", 32, peer: "10.9.9.9"), "10.9.9.9:513" },
        { "a peer on an ethernet", At("e", Ethernet, "10.1.2.3", 32, peer: "10.9.9.9"), "10.9.9.9:513" },
        { "a link without a peer", At("p", Link, "10.1.2.3", 32), "" },
        { "loopback", At("lo", InterfaceFlags.Up | InterfaceFlags.Loopback, "127.0.0.1", 8), "" },
        { "an interface that is down", At("e", Ethernet & ~InterfaceFlags.Up, "10.1.2.3", 24, "10.1.2.255"), "" },
        { "IPv6", At("e", Ethernet, "fe80::1", 64), "" },
        { "neither broadcast nor point-to-point", At("e", InterfaceFlags.Up, "10.1.2.3", 24), "" },
    };

    [Theory]
    [MemberData(nameof(Destinations))]
    public void An_address_is_announced_to(string story, InterfaceAddress address, string expected)
    {
        var map = NetworkMap.Of([address], NetworkSelection.All, 513);
        Assert.True(expected == string.Join(" ", map.Networks.SelectMany(network => network.Destinations)), story);
    }

    [Theory]
    [InlineData("all", true, true, "", "10.0.0.255 10.9.9.9 10.1.0.255")]
    [InlineData("-b", true, false, "", "10.0.0.255 10.1.0.255")]
    [InlineData("-p", false, true, "", "10.9.9.9")]
    [InlineData("-i eth0", true, true, "eth0", "10.0.0.255 10.1.0.255")]
    [InlineData("-i eth0:1", true, true, "eth0:1", "10.1.0.255")]
    [InlineData("-i tun0 -i eth9", true, true, "tun0 eth9", "10.9.9.9")]
    [InlineData("-b -i tun0", true, false, "tun0", "")]
    public void Options_choose_networks(
        string options, bool broadcast, bool pointToPoint, string names, string expected)
    {
        InterfaceAddress[] interfaces =
        [
            At("eth0", Ethernet, "10.0.0.1", 24, "10.0.0.255"),
            At("tun0", Link, "10.8.0.1", 32, peer: "10.9.9.9"),
            At("eth0:1", Ethernet, "10.1.0.1", 24, "10.1.0.255"),
        ];
        var chosen = names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
        var map = NetworkMap.Of(interfaces, new NetworkSelection(broadcast, pointToPoint, chosen), 513);
        var destinations = map.Networks.SelectMany(network => network.Destinations);
        Assert.True(expected == string.Join(" ", destinations.Select(to => to.EndPoint.Address)), options);
    }

    [Fact]
    public void A_multicast_group_that_cannot_be_heard_is_tried_again_and_told_once()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Transport.MembershipFault = System.Net.Sockets.SocketError.NoBufferSpaceAvailable;
        alpha.Started();
        scene.Advance(600);
        Assert.Single(scene.Log, line => line.Contains("cannot hear multicast", StringComparison.Ordinal));
        alpha.Transport.MembershipFault = null;
        scene.Advance(60);
        Assert.Equal([2], alpha.Transport.Memberships);
    }

    [Fact]
    public void Multicast_goes_out_beside_broadcast_on_each_interface_that_can()
    {
        var map = NetworkMap.Of(
            [At("eth0", Ethernet, "10.0.0.1", 24, "10.0.0.255"), At("tun0", Link, "10.8.0.1", 32, peer: "10.9.9.9")],
            NetworkSelection.All with { MulticastTtl = 4 }, 513);
        Assert.Equal(["10.0.0.255:513", "224.0.1.3:513", "10.9.9.9:513"],
            map.Networks.SelectMany(network => network.Destinations).Select(to => to.ToString()));
        var group = map.Networks[0].Destinations[1];
        Assert.Equal((3, 4), (group.MulticastInterface, group.MulticastTtl));
        Assert.Equal([3], map.MulticastInterfaces);
    }

    [Fact]
    public void Two_addresses_on_one_subnet_send_one_datagram()
    {
        var map = NetworkMap.Of(
            [At("e", Ethernet, "10.0.0.1", 24, "10.0.0.255"), At("e", Ethernet, "10.0.0.2", 24, "10.0.0.255")],
            NetworkSelection.All, 513);
        Assert.Single(map.Networks);
        Assert.True(map.IsOwn(IPAddress.Parse("10.0.0.2")));
    }

    [Fact]
    public void Sources_are_own_connected_or_elsewhere()
    {
        var map = NetworkMap.Of(
            [At("e", Ethernet, "10.0.0.1", 24, "10.0.0.255"), At("p", Link, "10.8.0.1", 32, peer: "10.9.9.9")],
            new NetworkSelection(false, false, []), 513);
        Assert.True(map.IsConnected(IPAddress.Parse("10.0.0.77")) && map.IsConnected(IPAddress.Parse("10.9.9.9")));
        Assert.False(map.IsConnected(IPAddress.Parse("10.0.1.77")) || map.IsConnected(IPAddress.Parse("::1")));
        Assert.True(map.IsOwn(IPAddress.Parse("10.8.0.1")));
    }

    [Fact]
    public void A_network_that_arrives_is_announced_to_within_seconds_and_listed()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(20);
        alpha.Networks.Change(list => list.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1")));
        scene.Advance(1);
        Assert.Contains(scene.Lan.Sent, sent => sent.To.ToString() == "10.7.0.255:513");
        Assert.Equal([2, 3], alpha.Transport.Memberships.Order());
        Assert.Contains("network eth1 (10.7.0.1): announcing to 10.7.0.255:513", scene.Log);
        scene.Lan.Inject("10.7.0.9", 513, Datagrams.Of("new", scene.Now));
        scene.Advance(1);
        Assert.Equal(Rwho.Actors.Hosts.Via.Lan, alpha.Row("new")!.Via);
    }

    [Fact]
    public void A_network_that_flaps_is_announced_to_every_five_seconds_at_most()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var link = TestNode.Ethernet("eth1", 3, "10.7.0.1");
        for (var i = 0; i < 60; i++)
        {
            alpha.Networks.Change(list => list.Add(link));
            scene.Advance(0.5);
            alpha.Networks.Change(list => list.Remove(link));
            scene.Advance(0.5);
        }

        Assert.InRange(scene.Lan.Sent.Count(sent => sent.To.ToString() == "10.0.0.255:513"), 2, 14);
    }

    [Fact]
    public void A_changed_address_is_followed()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Networks.Change(list => list[0] = TestNode.Ethernet("eth0", 2, "10.4.0.1"));
        scene.Advance(200);
        Assert.Equal("10.4.0.255:513", scene.Lan.Sent[^1].To.ToString());
        Assert.DoesNotContain(scene.Lan.Sent.Skip(1), sent => sent.To.ToString() == "10.0.0.255:513");
    }

    [Fact]
    public void An_interface_asked_for_that_does_not_exist_is_waited_for_with_one_warning()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Networks = new NetworkSelection(true, true, ["eth7"]) };
        alpha.Started();
        scene.Advance(600);
        Assert.True(alpha.IsReady);
        Assert.Empty(scene.Lan.Sent);
        Assert.Single(
            scene.Log, line => line.Contains("interface eth7 does not exist (yet)", StringComparison.Ordinal));
        alpha.Networks.Change(list => list.Add(TestNode.Ethernet("eth7", 9, "10.7.0.1")));
        scene.Advance(6);
        Assert.Equal("10.7.0.255:513", Assert.Single(scene.Lan.Sent).To.ToString());
    }

    [Fact]
    public void Changes_that_nobody_tells_of_are_found_within_a_minute()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Networks.Interfaces.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1"));
        scene.Advance(61);
        Assert.Contains(scene.Lan.Sent, sent => sent.To.ToString() == "10.7.0.255:513");
    }

    [Fact]
    public void Listen_only_announces_nothing_and_lists_this_host_all_the_same()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { ListenOnly = true };
        alpha.Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(600);
        Assert.Empty(scene.Lan.Sent);
        Assert.True(alpha.IsUp("alpha") && alpha.IsUp("beta"));
    }

    [Fact]
    public void Send_only_announces_and_takes_nothing()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { SendOnly = true };
        alpha.Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        alpha.Networks.Change(list => list.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1")));
        scene.Advance(180);
        Assert.Equal("alpha", Assert.Single(alpha.Rows).Host.ToString());
        Assert.True(scene.Lan.Sent.Count >= 2);
        Assert.Empty(alpha.Transport.Memberships);
    }

    [Fact]
    public void A_boot_time_that_wavers_is_steady_and_a_clock_step_is_followed()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var booted = alpha.Host.Reading.BootTime;
        var said = new List<uint>();
        foreach (var read in new[] { booted + 1, booted - 1, booted + 2, booted + 3600 })
        {
            alpha.Host.Reading = new HostReading(read, default, []);
            scene.Advance(180);
            said.Add(Datagrams.Read(scene.Lan.Sent[^1].Datagram).BootTime);
        }

        Assert.Equal([(uint)booted, (uint)booted, (uint)booted, (uint)booted + 3600], said);
    }
}
