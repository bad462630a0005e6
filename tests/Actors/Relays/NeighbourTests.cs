using System.Net;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Who is a neighbour, who is not, and what each of them is sent.</summary>
public sealed class NeighbourTests : RelayScene
{
    [Fact]
    public void A_forged_source_gets_nothing_larger_than_what_it_sent()
    {
        var a = scene.Node("a", "10.0.1.1");
        a.Settings = a.Settings with { AcceptNeighbours = [IPNetwork.Parse("192.0.2.0/24")] };
        a.Started();
        for (var i = 0; i < 500; i++) scene.Lan.Announce("10.0.1.7", Datagrams.Of($"h{i}", scene.Now));
        scene.Advance(1);
        var hello = NeighbourMessage.Hello(new Cookies(0x1234, 0x5678), wantsBoard: true);
        for (var i = 0; i < 20; i++)
        {
            scene.Lan.Inject("192.0.2.66", 513, hello);
            scene.Advance(10);
        }

        Assert.Equal(20, SentTo("192.0.2.66").Count());
        Assert.All(SentTo("192.0.2.66"), bytes => Assert.InRange(bytes.Length, 1, hello.Length));
    }

    [Fact]
    public void Who_is_accepted_has_the_board_once_it_proved_its_address()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        hub.Settings = hub.Settings with { AcceptNeighbours = [IPNetwork.Parse("10.0.2.0/24")] };
        hub.Started();
        var spoke = Node("spoke", "10.0.2.1", "10.0.1.1").Started();
        var stranger = Node("stranger", "10.0.3.1", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(5);
        Assert.Equal(["hub", "old", "spoke", "stranger"], Board(hub)); // as any off-net host
        Assert.Equal(["hub", "old", "spoke"], Board(spoke));
        Assert.Equal(["stranger"], Board(stranger));
        Assert.True(hub.Counters.Of(Rejection.NotNeighbour) > 0);
    }

    [Fact]
    public void What_who_is_accepted_says_before_it_proved_its_address_is_not_passed_on()
    {
        var hub = Node("hub", "10.0.1.1", "10.0.2.1");
        hub.Settings = hub.Settings with { AcceptNeighbours = [IPNetwork.Parse("10.0.3.0/24")] };
        hub.Started();
        var far = Node("far", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(2);
        var forged = Datagrams.Of("forged", scene.Now);
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.9:513"), NeighbourMessage.Record(1, 5, forged));
        scene.Advance(2);
        Assert.Equal(["far", "forged", "hub"], Board(hub)); // as any other host's datagram could be
        Assert.Equal(["far", "hub"], Board(far));
    }

    [Fact]
    public void An_old_daemon_that_is_heard_as_a_neighbour_gets_classic_datagrams_all_the_same()
    {
        Node("a", "10.0.1.1", "10.0.9.9").Started();
        for (var i = 0; i < 5; i++)
        {
            scene.Lan.Inject("10.0.9.9", 513, Datagrams.Of("debian", scene.Now));
            scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
            scene.Advance(180);
        }

        Assert.DoesNotContain(SentTo("10.0.9.9"), bytes => NeighbourMessage.TryReadRecord(bytes, out _, out _, out _));
        Assert.Equal(5, SentTo("10.0.9.9").Count(bytes =>
            bytes[1] == WhodLayout.StatusType && bytes.AsSpan(12, 3).SequenceEqual("old"u8)));
    }

    [Fact]
    public void What_is_news_before_a_neighbour_answered_reaches_it_once_in_its_own_form()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1", "10.0.9.9").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1.5);
        Assert.DoesNotContain(SentTo("10.0.9.9"), bytes => bytes[1] == WhodLayout.StatusType);
        scene.Advance(1);
        Assert.Equal(
            ["a", "old"],
            SentTo("10.0.9.9").Where(bytes => bytes[1] == WhodLayout.StatusType).Select(RandomSite.NameOf));
        Assert.Equal(0, a.Counters.NotForwardedCount);
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(5);
        Assert.Equal(["a", "b", "old"], Board(b));
    }

    [Fact]
    public void An_old_daemon_in_a_nodes_place_gets_classic_datagrams_after_some_silence()
    {
        Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(5);
        b.Stop();
        scene.Advance(200);
        var before = SentTo("10.0.2.1").Count();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Contains(
            SentTo("10.0.2.1").Skip(before),
            bytes => bytes[1] == WhodLayout.StatusType && RandomSite.NameOf(bytes) == "old");
    }

    // As routers do: each sends from the address that is nearest to the other's, and each was named by another one.
    [Theory]
    [InlineData("10.0.1.1", "10.0.2.2")]
    [InlineData("10.0.3.1", "10.0.2.2")]
    [InlineData("10.0.1.1", "10.0.3.2")]
    public void Neighbours_with_several_addresses_know_each_other_by_any_of_them(string ofA, string ofB)
    {
        var a = Node("a", "10.0.1.1", ofB).On("10.0.3.1");
        var b = Node("b", "10.0.2.2", ofA).On("10.0.3.2");
        a.Transport.SendsFrom = IPAddress.Parse("10.0.1.1");
        b.Transport.SendsFrom = IPAddress.Parse("10.0.3.2");
        a.Started();
        b.Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("onA", scene.Now));
        scene.Lan.Announce("10.0.2.7", Datagrams.Of("onB", scene.Now));
        scene.Advance(10);
        Assert.Equal(["a", "b", "onA", "onB"], Board(a));
        Assert.Equal(["a", "b", "onA", "onB"], Board(b));
        Assert.Equal(1, a.Row("onB")!.Hops);
        Assert.Equal(1, b.Row("onA")!.Hops);
        Assert.DoesNotContain(scene.Log, line => line.Contains("does not take this node", StringComparison.Ordinal));
    }

    [Fact]
    public void A_neighbour_whose_route_changes_is_known_again_with_its_next_hello()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.2").Started();
        var b = Node("b", "10.0.2.2", "10.0.1.1").On("10.0.3.2").Started();
        scene.Advance(10);
        b.Transport.SendsFrom = IPAddress.Parse("10.0.3.2");
        scene.Advance(70);
        scene.Lan.Announce("10.0.2.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Equal(["a", "b", "old"], Board(a));
    }

    [Fact]
    public void A_neighbour_that_is_accepted_too_is_one_neighbour()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.2");
        a.Settings = a.Settings with { AcceptNeighbours = [IPNetwork.Parse("10.0.0.0/8")] };
        a.Started();
        var b = Node("b", "10.0.2.2", "10.0.1.1").On("10.0.3.2");
        b.Transport.SendsFrom = IPAddress.Parse("10.0.3.2");
        b.Started();
        scene.Advance(10);
        var before = SentTo("10.0.2.2").Concat(SentTo("10.0.3.2")).Count();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Equal(1, SentTo("10.0.2.2").Concat(SentTo("10.0.3.2")).Count() - before);
        Assert.Equal(["a", "b", "old"], Board(b));
    }

    [Fact]
    public void Who_answers_but_was_not_told_of_us_is_told_of_once()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        Node("b", "10.0.2.1", "10.0.8.8").Started();
        scene.Advance(300);
        Assert.Single(scene.Log, line => line.Contains(
            "neighbour 10.0.2.1 answers, but does not take this node for its neighbour", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Limit", "hellos of strangers answered a second")]
    public void Strangers_get_few_answers_and_none_that_is_larger()
    {
        Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(5);
        var hello = NeighbourMessage.Hello(new Cookies(0, 0x5678), wantsBoard: true);
        for (var i = 0; i < 1000; i++)
        {
            scene.Lan.Inject("192.0.2.66", 513, hello);
            scene.Lan.Inject("192.0.2.66", 513, NeighbourMessage.Cookie(new Cookies((ulong)i, 1)));
            scene.Advance(0.01);
        }

        Assert.InRange(SentTo("192.0.2.66").Count(), 2, 2 * 11 * RelayLimits.StrangersASecond);
        Assert.All(SentTo("192.0.2.66"), bytes => Assert.InRange(bytes.Length, 1, hello.Length));
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.Equal(["a", "b", "old"], Board(b));
        Assert.DoesNotContain(
            SentTo("192.0.2.66"), bytes => NeighbourMessage.TryReadRecord(bytes, out _, out _, out _));
    }

    [Fact]
    public void What_was_first_heard_off_all_networks_is_passed_on_when_it_comes_by_a_network()
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1").Started();
        var b = Node("b", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(2);
        var status = Datagrams.Of("far", scene.Now);
        a.Transport.Deliver(IPEndPoint.Parse("203.0.113.9:513"), status);
        scene.Advance(2);
        var received = a.Row("far")!.Status.ReceiveTime;
        foreach (var copies in Enumerable.Range(0, 3)) scene.Lan.Announce("10.0.1.7", status);
        scene.Advance(2);
        Assert.Equal(["a", "b", "far"], Board(b));
        Assert.Equal((received, received), (a.Row("far")!.Status.ReceiveTime, b.Row("far")!.Status.ReceiveTime));
        Assert.Equal(1, SentTo("10.0.2.1").Count(bytes =>
            NeighbourMessage.TryReadRecord(bytes, out _, out _, out var inner) && inner.SequenceEqual(status)));
    }
}
