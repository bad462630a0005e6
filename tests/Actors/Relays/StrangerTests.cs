using System.Net;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Forged sources, and who is accepted but has not shown itself: what they cost, and what they gain.</summary>
public sealed class StrangerTests : RelayScene
{
    // The system refuses to send to port 0: one datagram a rest was enough to keep the socket closed.
    [Theory]
    [InlineData("192.0.2.66", false)]
    [InlineData("10.0.3.7", true)]
    public void A_hello_from_port_0_costs_no_socket(string from, bool anyPort)
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1");
        Accept(a, "10.0.3.0/24");
        a.Settings = a.Settings with { AnyPort = anyPort };
        a.Started();
        scene.Advance(5);
        a.Transport.Deliver(
            new IPEndPoint(IPAddress.Parse(from), 0), NeighbourMessage.Hello(new Cookies(0, 0x5678), true));
        scene.Advance(5);
        Assert.Equal(1, a.Transport.Binds);
        Assert.DoesNotContain(scene.Log, line => line.Contains("socket failed", StringComparison.Ordinal));
        Assert.Empty(SentTo(from));
    }

    [Fact]
    public void What_who_is_accepted_says_before_it_proved_its_address_is_in_no_board()
    {
        var hub = Node("hub", "10.0.1.1", "10.0.2.1");
        Accept(hub, "10.0.3.0/24");
        hub.Started();
        scene.Advance(2);
        var forged = Datagrams.Of("forged", scene.Now);
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.9:513"), NeighbourMessage.Record(1, 5, forged));
        scene.Advance(2);
        var far = Node("far", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(5);
        Assert.Equal(["far", "forged", "hub"], Board(hub));
        Assert.Equal(["far", "hub"], Board(far));
        Assert.Contains(
            "10.0.3.9, which may be a neighbour but has not shown so",
            Ask(hub, "why forged"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_forged_first_is_passed_on_when_it_comes_by_a_network()
    {
        var hub = Node("hub", "10.0.1.1", "10.0.2.1");
        Accept(hub, "10.0.3.0/24");
        hub.Started();
        var far = Node("far", "10.0.2.1", "10.0.1.1").Started();
        scene.Advance(2);
        var status = Datagrams.Of("old", scene.Now);
        hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.9:513"), NeighbourMessage.Record(1, 5, status));
        scene.Advance(1);
        scene.Lan.Announce("10.0.1.7", status);
        scene.Advance(1);
        Assert.Equal(["far", "hub", "old"], Board(far));
    }

    [Fact]
    public void What_comes_after_a_hub_started_again_reaches_the_others_once_its_sender_showed_itself()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        Accept(hub, "10.0.0.0/8");
        hub.Started();
        Node("left", "10.0.2.1", "10.0.1.1").Started();
        var right = Node("right", "10.0.3.1", "10.0.1.1").Started();
        scene.Advance(10);
        hub.Stop();
        hub.Started();
        scene.Lan.Announce("10.0.2.7", Datagrams.Of("old", scene.Now));
        scene.Advance(130);
        Assert.Equal(["hub", "left", "old", "right"], Board(right));
    }

    [Fact]
    public void Who_is_accepted_comes_from_the_who_port_whoever_else_is_a_neighbour()
    {
        foreach (var named in new[] { true, false })
        {
            using var other = new Scene();
            var hub = other.Node("hub", "10.0.1.1");
            Accept(hub, "10.0.3.0/24");
            if (named) hub.Settings = hub.Settings with { Neighbours = [new NeighbourAddress("10.0.2.1", 0)] };
            hub.Started();
            other.Advance(1);
            var hello = NeighbourMessage.Hello(new Cookies(0, 0x5678), wantsBoard: true);
            hub.Transport.Deliver(IPEndPoint.Parse("10.0.3.7:40000"), hello);
            other.Advance(1);
            var answers = other.Lan.Sent.Where(sent => sent.To.EndPoint.Port == 40000).ToList();
            Assert.Equal(named ? 1 : 0, answers.Count);
            Assert.All(answers, sent =>
                Assert.True(NeighbourMessage.TryReadCookie(sent.Datagram, out var cookies) && cookies.Own == 0));
        }
    }

    // Each forged hello took the place of the one before, which was the newcomer's own at times.
    [Fact]
    public void Forged_hellos_leave_a_newcomer_the_time_to_answer()
    {
        scene.Lan.Delay = (_, _) => 20;
        var hub = scene.Node("hub", "10.0.1.1");
        Accept(hub, "10.0.0.0/8");
        hub.Started();
        var spoke = Node("spoke", "10.0.2.1", "10.0.1.1");
        var hello = NeighbourMessage.Hello(new Cookies(0, 0x5678), wantsBoard: true);
        for (var i = 0; i < 3000; i++)
        {
            if (i == 500) spoke.Started();
            hub.Transport.Deliver(new IPEndPoint(IPAddress.Parse($"10.{1 + i / 250}.1.{1 + i % 250}"), 513), hello);
            scene.Advance(0.002);
        }

        Assert.Equal(["hub", "spoke"], Board(spoke));
    }

    [Fact]
    public void Forged_newcomers_are_forgotten()
    {
        var hub = scene.Node("hub", "10.0.1.1");
        Accept(hub, "10.0.0.0/8");
        hub.Started();
        var hello = NeighbourMessage.Hello(new Cookies(0, 0x5678), wantsBoard: true);
        hub.Transport.Deliver(IPEndPoint.Parse("10.3.1.1:513"), hello);
        scene.Advance(1);
        Assert.Contains("10.3.1.1", Ask(hub, "stats"), StringComparison.Ordinal);
        Assert.DoesNotContain("10.3.1.1", Ask(hub, "why nobody"), StringComparison.Ordinal);
        scene.Advance(200);
        Assert.DoesNotContain("10.3.1.1", Ask(hub, "stats"), StringComparison.Ordinal);
    }

    private string Ask(TestNode node, string request)
    {
        var client = node.Query.Connect().Says($"{request}\n");
        scene.Settle();
        return client.Text;
    }
}
