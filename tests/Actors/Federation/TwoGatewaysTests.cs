using Rwho.Actors.Relays;

namespace Rwho.Tests.Actors.Federation;

/// <summary>Several gateways on one network, and networks that are joined by other ways, too.</summary>
public sealed class TwoGatewaysTests : FederationScene
{
    [Fact]
    public void Of_two_gateways_on_a_network_nearly_always_one_tells_the_others()
    {
        var (one, two, far) = (Gateway(1).Started(), Gateway(1, 2).Started(), Gateway(2).Started());
        scene.Advance(20);
        const int Announcements = 200;
        var copies = new List<int>();
        for (var i = 0; i < Announcements; i++)
        {
            var datagram = Announce(1, $"host{i}");
            var before = federation.Sent.Count;
            scene.Advance(1);
            copies.Add(SentOf(datagram, before).Count(sent => sent.To == Name(2)));
        }

        Assert.Equal(Announcements, Hosts(far).Count());
        Assert.All(copies, count => Assert.InRange(count, 1, 2));
        Assert.InRange(copies.Count(count => count == 2), 0, Announcements / 20);
        var suppressed = one.Counters.SuppressedCount + two.Counters.SuppressedCount;
        Assert.InRange(suppressed, Announcements * 9 / 10, Announcements);
        // Both have their share of the work.
        Assert.All(new[] { one, two }, gateway => Assert.InRange(gateway.Counters.FederatedCount, 100, 400));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Killing_either_of_two_gateways_at_any_time_loses_nothing(int victim)
    {
        var (one, two, far, further) =
            (Gateway(1).Started(), Gateway(1, 2).Started(), Gateway(2).Started(), Gateway(3).Started());
        scene.Advance(20);
        var dying = victim == 1 ? one : two;
        for (var i = 0; i < 100; i++)
        {
            Announce(1, $"host{i}");
            if (i == 50)
            {
                federation.Kill(Name(1, victim));
                dying.Kill();
            }

            scene.Advance(0.02);
        }

        scene.Advance(30);
        AssertAgree([victim == 1 ? two : one, far, further]);
        Assert.Equal(100, Hosts(far).Count());
    }

    // Told to one only, and then it dies: that one knows it, and all compare.
    [Fact]
    public void What_a_dying_gateway_told_only_the_other_one_of_its_network_is_not_lost()
    {
        var (one, two, far) = (Gateway(1).Started(), Gateway(1, 2).Started(), Gateway(2).Started());
        scene.Advance(20);
        federation.Loses = (from, to) => to == Name(2);
        Announce(1, "host");
        scene.Advance(0.5);
        federation.Kill(Name(1));
        one.Kill();
        federation.Loses = (_, _) => false;
        scene.Advance(21);
        Assert.True(two.IsUp("host") && far.IsUp("host"));
    }

    [Fact]
    public void Networks_that_are_neighbours_too_have_each_status_once_by_each_way()
    {
        var (one, two, three) = (Gateway(1), Gateway(2), Gateway(3));
        one.Settings = one.Settings with { Neighbours = [new NeighbourAddress("10.0.2.1", 0)] };
        two.Settings = two.Settings with { Neighbours = [new NeighbourAddress("10.0.1.1", 0)] };
        TestNode[] gateways = [one.Started(), two.Started(), three.Started()];
        scene.Advance(30);
        for (var i = 0; i < 30; i++)
        {
            var (messages, datagrams) = (federation.Sent.Count, scene.Lan.Sent.Count);
            var status = Announce(1 + i % 3, $"host{i % 5}", load: i);
            scene.Advance(10);
            Assert.All(SentOf(status, messages).GroupBy(link => link), link => Assert.Single(link));
            Assert.InRange(RecordsOf(status, datagrams), 0, 2);
            Assert.All(gateways, gateway =>
                Assert.Equal(i, gateway.Row($"host{i % 5}")!.Status.Datagram.Load.One));
        }

        AssertAgree(gateways);
    }

    [Fact]
    public void Gateways_that_forward_to_their_networks_bring_each_status_to_each_once()
    {
        TestNode[] gateways = [Gateway(1), Gateway(1, 2), Gateway(2), Gateway(2, 2), Gateway(3)];
        foreach (var gateway in gateways)
        {
            gateway.Settings = gateway.Settings with { Forward = true };
            gateway.Started();
        }

        var old = scene.Node("gw-old", "10.0.2.50").Started();
        scene.Advance(30);
        for (var i = 0; i < 30; i++)
        {
            var (messages, datagrams) = (federation.Sent.Count, scene.Lan.Sent.Count);
            var status = Announce(1 + i % 3, $"host{i % 6}", load: i);
            scene.Advance(10);
            Assert.All(SentOf(status, messages).GroupBy(link => link), link => Assert.Single(link));
            var broadcast = scene.Lan.Sent.Skip(datagrams)
                .Where(sent => sent.Datagram.AsSpan().SequenceEqual(status)).ToList();
            Assert.All(broadcast.GroupBy(sent => $"{sent.To}"), network => Assert.InRange(network.Count(), 1, 2));
            Assert.DoesNotContain(broadcast, sent => $"{sent.To}" == $"10.0.{1 + i % 3}.255:513");
            Assert.All([.. gateways, old], gateway =>
                Assert.Equal(i, gateway.Row($"host{i % 6}")!.Status.Datagram.Load.One));
        }

        var quiet = federation.Sent.Count;
        scene.Advance(100);
        Assert.DoesNotContain(StatusesSince(quiet).SelectMany(sent => sent.Statuses.Items), item =>
            Datagrams.Read(item.Datagram.ToArray()).Host.ToString().StartsWith("host", StringComparison.Ordinal));
    }

    // A bridge of relays beside the federation, and a forwarding one: a loop of three kinds of links.
    [Fact]
    public void A_ring_of_federation_neighbours_and_forwarding_ends()
    {
        var (one, two) = (Gateway(1), Gateway(2));
        foreach (var gateway in new[] { one, two })
            gateway.Settings = gateway.Settings with { Forward = true };
        var bridge = scene.Node("gw-bridge", "10.0.1.60").On("10.0.2.60");
        bridge.Settings = bridge.Settings with
        {
            Forward = true,
            Neighbours = [new NeighbourAddress("10.0.2.1", 0)],
        };
        two.Settings = two.Settings with { Neighbours = [new NeighbourAddress("10.0.2.60", 0)] };
        TestNode[] all = [one.Started(), two.Started(), bridge.Started()];
        scene.Advance(30);
        var status = Announce(1, "host", load: 4);
        scene.Advance(5);
        Assert.All(all, node => Assert.Equal(4, node.Row("host")!.Status.Datagram.Load.One));
        var (messages, datagrams) = (federation.Sent.Count, scene.Lan.Sent.Count);
        scene.Advance(60);
        Assert.Empty(SentOf(status, messages));
        Assert.DoesNotContain(
            scene.Lan.Sent.Skip(datagrams), sent => sent.Datagram.AsSpan().SequenceEqual(status));
    }

    private int RecordsOf(byte[] status, int since) => scene.Lan.Sent.Skip(since).Count(sent =>
        Rwho.Protocol.NeighbourMessage.TryReadRecord(sent.Datagram, out _, out _, out var inner)
        && inner.SequenceEqual(status));
}
