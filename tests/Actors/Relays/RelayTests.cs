using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Nodes on several networks: what neighbours and relays pass on, and what they do not.</summary>
public sealed class RelayTests : RelayScene
{
    [Fact]
    public void Neighbours_on_far_networks_have_each_others_boards()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(2);
        Assert.Equal(["a", "b", "old"], Board(a));
        Assert.Equal(["a", "b", "old"], Board(b));
        Assert.Equal(Rwho.Actors.Hosts.Via.Neighbour, b.Row("old")!.Via);
    }

    [Fact]
    public void A_line_of_neighbours_tells_ages_right_and_calls_a_host_down_at_one_second_everywhere()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1", "10.0.3.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("silent", scene.Now));
        scene.Advance(600);
        var c = Node("c", "10.0.3.1", "10.0.2.1").Started();
        scene.Advance(3);
        Assert.Equal(["a", "b", "c", "silent"], Board(c));
        Assert.Equal(a.Row("silent")!.Status.ReceiveTime, c.Row("silent")!.Status.ReceiveTime);
        scene.Advance(60 - 3);
        Assert.True(a.IsUp("silent") && b.IsUp("silent") && c.IsUp("silent"));
        scene.Advance(1);
        Assert.False(a.IsUp("silent") || b.IsUp("silent") || c.IsUp("silent"));
    }

    [Fact]
    [Trait("Limit", "statuses passed on a second")]
    public void A_newcomer_has_a_board_of_a_thousand_hosts_within_three_seconds_and_no_faster_than_the_limit()
    {
        var random = new Random(1);
        scene.Lan.Delay = (_, _) => 1 + random.NextDouble();
        Node("b", "10.0.2.1", "10.0.3.1").Started();
        for (var i = 0; i < 1000; i++)
        {
            scene.Lan.Announce("10.0.2.7", Datagrams.Of($"h{i}", scene.Now));
            scene.Settle();
        }

        scene.Advance(10);
        var before = SentTo("10.0.3.1").Count();
        var c = Node("c", "10.0.3.1", "10.0.2.1").Started();
        scene.Advance(0.4);
        Assert.InRange(SentTo("10.0.3.1").Count() - before, 10, 1000);
        scene.Advance(2.6);
        Assert.Equal(1002, c.Rows.Length);
    }

    [Fact]
    public void A_relay_passes_between_its_networks_byte_for_byte_but_only_when_told_to()
    {
        foreach (var forwards in new[] { true, false })
        {
            using var other = new Scene();
            var relay = other.Node("relay", "10.0.1.1").On("10.0.2.1");
            if (forwards) Forwarding(relay);
            relay.Started();
            var datagram = Datagrams.Of("old", other.Now);
            other.Lan.Announce("10.0.1.7", datagram);
            other.Advance(1);
            var passed = other.Lan.Sent.Where(sent => sent.Datagram.AsSpan().SequenceEqual(datagram)).ToList();
            Assert.Equal(forwards ? ["10.0.2.255"] : [], passed.Select(sent => $"{sent.To.EndPoint.Address}"));
        }
    }

    [Fact]
    public void Two_relays_on_the_same_networks_do_not_double_the_traffic()
    {
        var relays = new[] { ("r1", "1"), ("r2", "2"), ("r3", "3") }
            .Select(at => Forwarding(scene.Node(at.Item1, $"10.0.1.{at.Item2}").On($"10.0.2.{at.Item2}")).Started())
            .ToList();
        scene.Advance(1);
        for (var i = 0; i < 50; i++)
        {
            scene.Lan.Announce("10.0.1.77", Datagrams.Of($"h{i}", scene.Now));
            scene.Advance(1);
        }

        var passed = scene.Lan.Sent.Count(sent =>
            sent.To.EndPoint.Address.Equals(IPAddress.Parse("10.0.2.255"))
            && sent.Datagram.AsSpan(12, 1).SequenceEqual("h"u8));
        Assert.InRange(passed, 50, 60);
        Assert.True(relays.Sum(relay => relay.Counters.SuppressedCount) >= 90);
        Assert.DoesNotContain(scene.Lan.Sent, sent =>
            sent.To.EndPoint.Address.Equals(IPAddress.Parse("10.0.1.255"))
            && sent.Datagram.AsSpan(12, 1).SequenceEqual("h"u8));
    }

    [Fact]
    public void An_old_daemon_as_neighbour_gets_classic_datagrams_and_nothing_old()
    {
        var a = Node("a", "10.0.1.1", "10.0.9.9", "10.0.2.1").Started();
        scene.Advance(5);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        var far = IPEndPoint.Parse("10.0.2.1:513");
        a.Transport.Deliver(far, NeighbourMessage.Record(1, 9_000, Datagrams.Of("fresh", scene.Now - 9)));
        a.Transport.Deliver(far, NeighbourMessage.Record(1, 11_000, Datagrams.Of("stale", scene.Now - 11)));
        scene.Advance(30);
        Assert.NotNull(a.Row("stale"));
        var classic = SentTo("10.0.9.9").Where(bytes => bytes[1] == WhodLayout.StatusType).ToList();
        Assert.Equal(["a", "fresh", "old"], classic.Select(RandomSite.NameOf).Order());
        Assert.All(
            SentTo("10.0.9.9").Where(bytes => bytes[1] != WhodLayout.StatusType),
            bytes => Assert.True(NeighbourMessage.TryReadHello(bytes, out _, out _)));
    }

    [Fact]
    public void What_comes_from_off_all_networks_is_kept_and_passed_to_nobody()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(2);
        a.Transport.Deliver(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 513), Datagrams.Of("far", scene.Now));
        scene.Advance(2);
        Assert.Equal(["a", "b", "far"], Board(a));
        Assert.Equal(["a", "b"], Board(b));
    }

    [Fact]
    public void Who_announces_nothing_tells_neighbours_of_others_only()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1");
        a.Settings = a.Settings with { ListenOnly = true };
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(400);
        Assert.Equal(["b", "old"], Board(b));
    }

    [Fact]
    public void A_neighbours_name_is_looked_up_again_when_it_does_not_answer()
    {
        var a = Node("a", "10.0.1.1", "gw");
        a.Names.Known["gw"] = ["10.0.8.8"];
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(20);
        Assert.Equal(["b"], Board(b)); // b tells a, as an old daemon would; a does not know b by name
        a.Names.Known["gw"] = ["10.0.2.1"];
        scene.Advance(60);
        Assert.Equal(["a", "b"], Board(b));
        Assert.Equal(["a", "b"], Board(a));
    }

    [Fact]
    public void Of_a_name_with_two_addresses_the_one_that_answers_is_used()
    {
        var a = Node("a", "10.0.1.1", "gw");
        a.Names.Known["gw"] = ["10.0.8.8", "10.0.2.1"];
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(60);
        Assert.Equal(["a", "b"], Board(b));
    }

    [Fact]
    public void Neighbours_may_be_at_IPv6_addresses()
    {
        var a = Node("a", "10.0.1.1", "2001:db8:2::1");
        a.Transport.Addresses.Add(IPAddress.Parse("2001:db8:1::1"));
        var b = Node("b", "10.0.2.1", "2001:db8:1::1");
        b.Transport.Addresses.Add(IPAddress.Parse("2001:db8:2::1"));
        a.Started();
        b.Started();
        scene.Advance(5);
        Assert.Equal(["a", "b"], Board(a));
        Assert.Equal(["a", "b"], Board(b));
    }

    [Fact]
    public void A_host_without_IPv6_says_so_once()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1");
        a.Transport.BindFault6 = SocketError.AddressFamilyNotSupported;
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(600);
        Assert.Single(scene.Log, line => line.Contains("cannot bind [::]", StringComparison.Ordinal));
        Assert.Equal(["a", "b"], Board(b));
    }

    [Fact]
    public void After_a_neighbour_was_away_both_have_the_whole_board_again()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(10);
        scene.Lan.Loses = (_, _) => true;
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("meanwhile", scene.Now));
        scene.Advance(300);
        Assert.Equal(["a", "b"], Board(b));
        scene.Lan.Loses = (_, _) => false;
        scene.Advance(70);
        Assert.Equal(["a", "b", "meanwhile"], Board(b));
        Assert.Equal(a.Row("meanwhile")!.Status.ReceiveTime, b.Row("meanwhile")!.Status.ReceiveTime);
    }

    // It was taken for as old as an age can be told, and so grew younger from node to node.
    [Fact]
    public void What_is_older_than_an_age_can_tell_is_not_passed_on()
    {
        var forget = TimeSpan.FromDays(400);
        var a = Node("a", "10.0.1.1", "10.0.2.1");
        a.Settings = a.Settings with { Forget = forget };
        a.Spool.Put("ancient", scene.Now - (long)TimeSpan.FromDays(60).TotalSeconds);
        a.Spool.Put("dead", scene.Now - (long)TimeSpan.FromDays(40).TotalSeconds);
        a.Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1");
        b.Settings = b.Settings with { Forget = forget };
        b.Started();
        scene.Advance(5);
        Assert.Equal(["a", "ancient", "b", "dead"], Board(a));
        Assert.Equal(["a", "b", "dead"], Board(b));
        Assert.Equal(a.Row("dead")!.Status.ReceiveTime, b.Row("dead")!.Status.ReceiveTime);
    }

    [Fact]
    [Trait("Limit", "statuses waiting to be passed on")]
    public void More_than_the_limit_waits_and_what_does_not_fit_is_counted()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(5);
        for (var i = 0; i < RelayLimits.SendsWaiting + 2000; i++)
        {
            scene.Lan.Announce("10.0.1.7", Datagrams.Of($"h{i}", scene.Now));
            if (i % 10 == 0) scene.Settle();
        }

        scene.Advance(0.5);
        Assert.InRange(b.Rows.Length, 2, 2500);
        Assert.True(a.Counters.NotForwardedCount > 0);
        scene.Advance(10);
        Assert.Equal(
            a.Counters.NotForwardedCount + b.Transport.Lost, a.Rows.Length - b.Rows.Length);
    }
}
