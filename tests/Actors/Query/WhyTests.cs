using System.Net;
using Rwho.Actors.Relays;

namespace Rwho.Tests.Actors.Query;

/// <summary>What a node answers to why.</summary>
public sealed class WhyTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    private string Why(TestNode node, string host)
    {
        var client = node.Query.Connect().Says($"why {host}\n");
        scene.Settle();
        return client.Text;
    }

    [Fact]
    public void A_host_of_a_network_is_explained_by_network_address_and_counts()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var datagram = Datagrams.Of("beta", scene.Now);
        scene.Lan.Inject("10.0.0.2", 513, datagram);
        scene.Lan.Inject("10.0.0.2", 513, datagram);
        scene.Advance(42);
        Assert.Equal(
            """
            beta is up: it was heard 42 seconds ago; after 11 minutes of silence it is down.
            It came from 10.0.0.2 on network eth0 (10.0.0.1/24).
            Since this node knows it: 1 announcements taken, 1 copies dropped, 0 dropped as older or not its own.

            """, Why(alpha, "beta"));
        scene.Advance(700);
        Assert.Contains(
            "beta is down: it was last heard 12 minutes ago, and hosts silent for more than 11 minutes are down.\n",
            Why(alpha, "beta"), StringComparison.Ordinal);
        Assert.Contains("4 of its announcements were missed.", Why(alpha, "beta"), StringComparison.Ordinal);
    }

    // It was called a connected network, which it is not any more.
    [Fact]
    public void A_host_of_a_network_that_is_gone_is_said_to_be_so()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").On("10.7.0.1").Started();
        scene.Lan.Inject("10.7.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.Contains("on network eth1 (10.7.0.1/24).", Why(alpha, "beta"), StringComparison.Ordinal);
        alpha.Networks.Change(list => list.RemoveAt(1));
        scene.Advance(2);
        Assert.Contains(
            "It came from 10.7.0.2 on a network that is not connected here now: "
            + "its interface or this host's address there is gone.\n",
            Why(alpha, "beta"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_from_afar_is_explained_by_neighbour_and_relays()
    {
        TestNode Node(string name, string address, params string[] neighbours)
        {
            var node = scene.Node(name, address);
            node.Settings = node.Settings with
            {
                Neighbours = [.. neighbours.Select(at => new NeighbourAddress(at, 0))],
            };
            return node.Started();
        }

        Node("a", "10.0.1.1", "10.0.2.1");
        Node("b", "10.0.2.1", "10.0.1.1", "10.0.3.1");
        var c = Node("c", "10.0.3.1", "10.0.2.1");
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(5);
        Assert.Contains(
            "It came from neighbour 10.0.2.1, over 2 relays.\n", Why(c, "old"), StringComparison.Ordinal);
        Assert.Contains(
            "It came from neighbour 10.0.2.1, which heard it itself.\n", Why(c, "b"), StringComparison.Ordinal);
        Assert.Contains("It is this host", Why(c, "c"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_is_not_known_is_told_with_what_to_look_at()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Neighbours = [new NeighbourAddress("gw2", 0)] };
        alpha.Names.Known["gw2"] = ["192.0.2.9"];
        alpha.Started();
        scene.Advance(1);
        var said = Why(alpha, "nobody");
        Assert.StartsWith("nobody is not known here: ", said, StringComparison.Ordinal);
        Assert.Contains("Neighbour gw2 (192.0.2.9) does not answer", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conflict_names_both_addresses_and_what_to_do()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var i = 0; i < 4; i++)
        {
            var booted = Scene.Start - 1000 - i % 2 * 5000;
            scene.Lan.Inject($"10.0.0.{7 + i % 2}", 513, Datagrams.Of("twin", scene.Now + i, booted));
            scene.Advance(1);
        }

        var said = Why(alpha, "twin");
        Assert.Contains("Conflict: two hosts use this name", said, StringComparison.Ordinal);
        Assert.Contains("10.0.0.7", said, StringComparison.Ordinal);
        Assert.Contains("10.0.0.8", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_spool_kept_and_what_comes_from_off_all_networks_is_said_so()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Spool.Put("kept", scene.Now - 60);
        alpha.Started();
        alpha.Transport.Deliver(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 513), Datagrams.Of("far", scene.Now));
        scene.Advance(1);
        Assert.Contains("from the spool", Why(alpha, "kept"), StringComparison.Ordinal);
        Assert.Contains("on no connected network", Why(alpha, "far"), StringComparison.Ordinal);
    }
}
