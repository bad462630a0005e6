using System.Net;
using System.Net.NetworkInformation;
using Rwho.Actors.Networks;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

public class InterfacesTests
{
    private const InterfaceFlags Lan = InterfaceFlags.Up | InterfaceFlags.Broadcast;
    private const InterfaceFlags Tunnel = InterfaceFlags.Up | InterfaceFlags.PointToPoint;

    [Fact]
    public void This_machine_has_a_loopback_interface()
    {
        var loopback = Interfaces.Read().First(row => row.Address.Equals(IPAddress.Loopback));
        Assert.True(loopback.Flags.HasFlag(InterfaceFlags.Up | InterfaceFlags.Loopback));
        Assert.Equal(8, loopback.PrefixLength);
        Assert.Null(loopback.Broadcast);
        Assert.Null(loopback.Peer);
        Assert.Equal("lo", loopback.Name);
    }

    [Fact]
    public void Addresses_and_prefixes_are_those_that_the_framework_knows()
    {
        var expected = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(row => $"{row.Address}/{row.PrefixLength}").Order();
        Assert.Equal(expected, Interfaces.Read().Select(row => $"{row.Address}/{row.PrefixLength}").Order());
    }

    [NamespaceFact]
    public void Each_kind_of_address_is_told_apart() => Namespace.Run(() =>
    {
        Namespace.Ip("link set lo up");
        Namespace.Ip("link add lan0 type veth peer name lan1");
        Namespace.Ip("link set lan0 up");
        Namespace.Ip("addr add 10.9.1.1/24 brd + dev lan0");
        Namespace.Ip("addr add 10.9.2.1/24 dev lan0");
        Namespace.Ip("addr add 10.9.3.1/16 brd 10.9.255.255 dev lan0 label lan0:1");
        Namespace.Ip("addr add 10.9.4.1 peer 10.9.4.2 dev lan0");
        Namespace.Ip("-6 addr add fd00:9::1/64 dev lan0 nodad");
        var rows = Interfaces.Read().ToDictionary(row => row.Address.ToString());

        Assert.Equal("10.9.1.255", rows["10.9.1.1"].Broadcast?.ToString());
        Assert.Null(rows["10.9.2.1"].Broadcast);
        Assert.Null(rows["10.9.2.1"].Peer);
        var label = rows["10.9.3.1"];
        Assert.Equal(("lan0:1", true, 16), (label.Name, label.IsCalled("lan0"), label.PrefixLength));
        Assert.Equal("10.9.255.255", rows["10.9.3.1"].Broadcast?.ToString());
        Assert.Equal("10.9.4.2", rows["10.9.4.1"].Peer?.ToString());
        Assert.Null(rows["10.9.4.1"].Broadcast);
        Assert.Equal(64, rows["fd00:9::1"].PrefixLength);
        Assert.True(rows["10.9.1.1"].Flags.HasFlag(Lan | InterfaceFlags.Multicast));
        Assert.Equal(rows["10.9.1.1"].Index, rows["10.9.3.1"].Index);
        Assert.NotEqual(0, rows["10.9.1.1"].Index);
    });

    [Theory]
    [InlineData("not set", Lan, "10.0.0.1", 24, null, null, null)]
    [InlineData("zero", Lan, "10.0.0.1", 24, "0.0.0.0", null, null)]
    [InlineData("the address itself", Lan, "10.0.0.1", 24, "10.0.0.1", null, null)]
    [InlineData("the network's", Lan, "10.0.0.1", 24, "10.0.0.255", "10.0.0.255", null)]
    [InlineData("limited, on a host route", Lan, "10.0.0.1", 32, "255.255.255.255", "255.255.255.255", null)]
    [InlineData("a peer on a LAN", Lan, "10.0.0.1", 32, "10.0.0.2", null, "10.0.0.2")]
    [InlineData("a tunnel's peer", Tunnel, "10.0.0.1", 32, "10.0.0.2", null, "10.0.0.2")]
    [InlineData("a tunnel without a peer", Tunnel, "10.0.0.1", 24, "10.0.0.1", null, null)]
    [InlineData("a tunnel's IPv6 peer", Tunnel, "fd00::1", 128, "fd00::2", null, "fd00::2")]
    [InlineData("another family", Tunnel, "10.0.0.1", 32, "fd00::2", null, null)]
    [InlineData("neither kind of interface", InterfaceFlags.Up, "10.0.0.1", 24, "10.0.0.255", null, null)]
    public void A_broadcast_address_is_told_from_a_peer(
        string what, InterfaceFlags flags, string address, int prefix, string? other, string? broadcast, string? peer)
    {
        var found = Interfaces.BroadcastOrPeer(
            flags, IPAddress.Parse(address), prefix, other is null ? null : IPAddress.Parse(other));
        Assert.Equal((what, broadcast, peer), (what, found.Broadcast?.ToString(), found.Peer?.ToString()));
    }

    [Theory]
    [InlineData("00000000", 0)]
    [InlineData("80000000", 1)]
    [InlineData("FF000000", 8)]
    [InlineData("FFFFFE00", 23)]
    [InlineData("FFFFFFFF", 32)]
    [InlineData("FF00FF00", 8)]
    [InlineData("FFFFFFFFFFFFFFFF0000000000000000", 64)]
    [InlineData("", 0)]
    public void A_netmask_is_a_prefix_length(string mask, int length) =>
        Assert.Equal(length, Interfaces.PrefixLength(Convert.FromHexString(mask)));

    [Theory]
    [InlineData("nothing", "", null)]
    [InlineData("one byte", "02", null)]
    [InlineData("IPv4", "02000000" + "0A090001", "10.9.0.1")]
    [InlineData("IPv4, a byte short", "02000000" + "0A0900", null)]
    [InlineData("IPv6 with a scope", "0A00000000000000" + "FE800000000000000000000000000001" + "03000000", "fe80::1%3")]
    [InlineData("IPv6 without its scope", "0A00000000000000" + "FE800000000000000000000000000001", null)]
    [InlineData("a packet socket's", "1100000001000000", null)]
    public void A_socket_address_is_read_or_refused(string what, string bytes, string? address)
    {
        var isRead = Interfaces.TryReadAddress(Convert.FromHexString(bytes), out var found);
        Assert.Equal((what, address), (what, isRead ? found.ToString() : null));
    }
}
