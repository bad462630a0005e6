using System.Net;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Neighbours with several names, addresses and ports, and what becomes of them when these change.</summary>
public sealed class AddressTests : RelayScene
{
    // It was sent everything at its old address for ever, as its hellos kept the old one alive.
    [Fact]
    public void Who_is_accepted_and_moves_is_sent_everything_at_its_new_address()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        Accept(hub, "10.0.0.0/8");
        hub.Started();
        var spoke = Node("spoke", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(10);
        spoke.Transport.Addresses[0] = IPAddress.Parse("10.0.3.1");
        scene.Advance(70);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Equal(["hub", "old", "spoke"], Board(spoke));
        var before = SentTo("10.0.2.1").Count();
        scene.Lan.Announce("10.0.1.8", Datagrams.Of("new", scene.Now));
        scene.Advance(1);
        Assert.Equal(before, SentTo("10.0.2.1").Count());
    }

    // Who is accepted could have a board, and all news, sent wherever it pointed.
    [Fact]
    public void Who_is_accepted_points_nothing_at_an_address_that_is_not_its_own()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        Accept(hub, "10.0.0.0/8");
        hub.Started();
        for (var i = 0; i < 100; i++) scene.Lan.Announce("10.0.1.7", Datagrams.Of($"h{i}", scene.Now));
        var cookie = 0ul;
        scene.Advance(1);
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.7:513"), NeighbourMessage.Hello(new Cookies(0, 5), true));
        scene.Advance(1);
        foreach (var bytes in SentTo("10.0.3.7"))
            if (NeighbourMessage.TryReadCookie(bytes, out var cookies)) cookie = cookies.Own;
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.7:513"), NeighbourMessage.Hello(new Cookies(cookie, 5), true));
        scene.Advance(1);
        Assert.Contains(SentTo("10.0.3.7"), bytes => NeighbourMessage.TryReadRecord(bytes, out _, out _, out _));
        var hello = NeighbourMessage.Hello(new Cookies(cookie, 5), true);
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.4.4:513"), hello);
        hub.Transport.Deliver(IPEndPoint.Parse("192.0.2.4:513"), hello);
        scene.Advance(10);
        Assert.All(SentTo("10.0.4.4").Concat(SentTo("192.0.2.4")), bytes =>
            Assert.InRange(bytes.Length, 1, hello.Length));
    }

    // The neighbour of both names was gone when one of them moved, and never came back.
    [Fact]
    public void Two_names_of_one_address_are_one_neighbour_until_one_of_them_moves()
    {
        var a = Node("a", "10.0.1.1", "gw", "alias");
        a.Names.Known["gw"] = ["10.0.2.1"];
        a.Names.Known["alias"] = ["10.0.2.1"];
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(10);
        var before = SentTo("10.0.2.1").Count();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("first", scene.Now));
        scene.Advance(1);
        Assert.Equal(1, SentTo("10.0.2.1").Count() - before);
        a.Names.Known["gw"] = ["10.0.8.8"];
        scene.Advance(310);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("second", scene.Now));
        scene.Advance(1);
        Assert.Equal(["a", "b", "first", "second"], Board(b));
    }

    [Fact]
    public void A_name_that_finds_no_place_has_the_next_that_is_free()
    {
        var node = Node("a", "10.0.1.1", [.. Enumerable.Range(1, 65).Select(i => $"n{i}")]);
        for (var i = 1; i <= 65; i++) node.Names.Known[$"n{i}"] = [$"10.0.2.{i}"];
        node.Started();
        var last = Node("last", "10.0.2.65", "10.0.1.1").Started();
        scene.Advance(10);
        Assert.Equal(["last"], Board(last).Except(["a"]));
        node.Names.Known["n1"] = ["10.0.2.2"]; // a name too many of another neighbour
        scene.Advance(340);
        Assert.Equal(["a", "last"], Board(node));
        Assert.Contains(SentTo("10.0.2.65"), bytes => NeighbourMessage.TryReadRecord(bytes, out _, out _, out _));
    }

    [Fact]
    [Trait("Limit", "neighbours")]
    public void Who_was_accepted_leaves_its_place_to_who_is_named()
    {
        var random = new Random(1);
        scene.Lan.Delay = (_, _) => 1 + random.NextDouble();
        var a = Node("a", "10.0.1.1", "gw");
        Accept(a, "10.0.0.0/8");
        a.Started();
        for (var i = 1; i <= RelayLimits.Neighbours; i++) Node($"s{i}", $"10.0.3.{i}", "10.0.1.1").Started();
        scene.Advance(10);
        a.Names.Known["gw"] = ["10.0.2.1"];
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(40);
        Assert.Contains(Rwho(a), line => line.Contains("gw", StringComparison.Ordinal));
        Assert.Equal(a.Rows.Length, b.Rows.Length);
        Assert.Equal(66, b.Rows.Length);
    }

    [Fact]
    public void A_name_that_comes_to_stand_for_who_is_accepted_already_is_that_neighbour()
    {
        var a = Node("a", "10.0.1.1", "gw");
        Accept(a, "10.0.0.0/8");
        a.Started();
        for (var i = 1; i <= RelayLimits.Neighbours; i++) Node($"s{i}", $"10.0.3.{i}", "10.0.1.1").Started();
        scene.Advance(10);
        a.Names.Known["gw"] = ["10.0.3.1"];
        scene.Advance(40);
        Assert.Contains(Rwho(a), line => line.Contains("gw", StringComparison.Ordinal));
    }

    // Their statuses were passed back to the first of them, and to the second not at all.
    [Fact]
    public void Two_neighbours_at_one_address_are_told_apart_by_their_ports()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        hub.Settings = hub.Settings with
        {
            Neighbours = [new NeighbourAddress("10.0.2.1", 601), new NeighbourAddress("10.0.2.1", 602)],
        };
        var nodes = Enumerable.Range(601, 2).Select(port =>
        {
            var node = Node($"p{port}", "10.0.2.1");
            node.Settings = node.Settings with { Port = port, Neighbours = [new NeighbourAddress("10.0.1.1", 513)] };
            return node.Started();
        }).ToList();
        hub.Started();
        scene.Advance(10);
        foreach (var node in nodes) Assert.Equal(["hub", "p601", "p602"], Board(node));
        foreach (var node in nodes)
        {
            var name = $"by{node.Settings.Port}";
            var before = scene.Lan.Sent.Count;
            node.Transport.Deliver(IPEndPoint.Parse($"10.0.2.9:{node.Settings.Port}"), Datagrams.Of(name, scene.Now));
            scene.Advance(1);
            Assert.All(nodes, other => Assert.NotNull(other.Row(name)));
            Assert.Equal(2, scene.Lan.Sent.Count - before);
        }

        foreach (var node in nodes)
        {
            node.Stop();
            node.Spool = new MemorySpool();
            node.Started();
            scene.Advance(10);
            Assert.Equal(4, node.Rows.Length); // all but what it had heard itself
            Assert.Null(node.Row($"by{node.Settings.Port}"));
        }
    }

    // The board came by the one name, and was asked for by the other, once a minute for ever.
    [Fact]
    public void Two_nodes_that_name_each_other_by_both_addresses_do_not_send_their_boards_again_and_again()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.2", "10.0.3.2").On("10.0.4.1");
        var b = Node("b", "10.0.2.2", "10.0.1.1", "10.0.4.1").On("10.0.3.2");
        a.Started();
        b.Started();
        for (var i = 0; i < 50; i++) scene.Lan.Announce("10.0.1.7", Datagrams.Of($"h{i}", scene.Now));
        scene.Advance(30);
        var before = scene.Lan.Sent.Count;
        scene.Advance(3600);
        var boards = scene.Lan.Sent.Skip(before).Count(sent => NeighbourMessage.TryReadBoard(sent.Datagram, out _));
        Assert.Equal(0, boards);
        before = scene.Lan.Sent.Count;
        var status = Datagrams.Of("old", scene.Now);
        scene.Lan.Announce("10.0.1.7", status);
        scene.Advance(2);
        Assert.Equal(1, scene.Lan.Sent.Skip(before).Count(sent =>
            NeighbourMessage.TryReadRecord(sent.Datagram, out _, out _, out var inner) && inner.SequenceEqual(status)));
        Assert.NotNull(b.Row("old"));
        var lost = IPAddress.Parse("10.0.2.2");
        scene.Lan.Loses = (from, to) => from.Equals(lost) || to.Equals(lost);
        b.Transport.SendsFrom = IPAddress.Parse("10.0.3.2");
        scene.Advance(400);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("later", scene.Now));
        scene.Advance(1);
        Assert.NotNull(b.Row("later"));
    }

    // Each said hello from an address that the other did not use, and was answered as a stranger.
    [Fact]
    public void Neighbours_by_names_with_two_addresses_each_find_each_other_whichever_they_begin_with()
    {
        var a = Node("a", "10.0.1.1", "b");
        a.Transport.Addresses.Add(IPAddress.Parse("2001:db8:1::1"));
        a.Names.Known["b"] = ["2001:db8:2::1", "10.0.2.1"];
        var b = Node("b", "10.0.2.1", "a");
        b.Transport.Addresses.Add(IPAddress.Parse("2001:db8:2::1"));
        b.Names.Known["a"] = ["10.0.1.1", "2001:db8:1::1"];
        a.Started();
        b.Started();
        scene.Advance(60);
        Assert.Equal(["a", "b"], Board(a));
        Assert.Equal(1, a.Row("b")!.Hops);
        Assert.Equal(1, b.Row("a")!.Hops);
        Assert.DoesNotContain(scene.Log, line => line.Contains("does not take this node", StringComparison.Ordinal));
    }

    // It is heard, and so no other address was tried.
    [Fact]
    public void Of_a_name_with_two_addresses_the_one_that_it_speaks_from_is_used()
    {
        var a = Node("a", "10.0.1.1", "b", "10.0.9.9");
        a.Names.Known["b"] = ["10.0.3.1", "10.0.2.1"];
        var b = Node("b", "10.0.2.1", "10.0.1.1");
        scene.Lan.Loses = (_, to) => to.Equals(IPAddress.Parse("10.0.3.1"));
        a.Started();
        b.Started();
        scene.Advance(5);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Equal(["a", "b", "old"], Board(b));
    }

    [Fact]
    public void Records_from_another_address_of_a_name_are_passed_on_as_well()
    {
        var a = Node("a", "10.0.1.1", "b", "10.0.4.1");
        a.Names.Known["b"] = ["10.0.2.1", "10.0.3.1"];
        a.Started();
        Node("b", "10.0.2.1", "10.0.1.1").Started();
        var c = Node("c", "10.0.4.1", "10.0.1.1").Started();
        scene.Advance(10);
        var status = Datagrams.Of("old", scene.Now);
        a.Transport.Deliver(IPEndPoint.Parse("10.0.3.1:513"), NeighbourMessage.Record(1, 5, status));
        scene.Advance(1);
        Assert.NotNull(c.Row("old"));
    }

    [Fact]
    public void Who_refuses_at_each_of_its_addresses_is_told_of_once()
    {
        var a = Node("a", "10.0.1.1", "gw");
        a.Names.Known["gw"] = ["10.0.2.1", "10.0.3.1"];
        a.Started();
        Node("b", "10.0.2.1", "10.0.8.8").On("10.0.3.1").Started();
        scene.Advance(600);
        Assert.Single(scene.Log, line => line.Contains("does not take this node", StringComparison.Ordinal));
    }

    private IEnumerable<string> Rwho(TestNode node)
    {
        var client = node.Query.Connect().Says("stats\n");
        scene.Settle();
        return client.Text.Split('{').Where(part => part.Contains("\"configured\":true", StringComparison.Ordinal));
    }
}
