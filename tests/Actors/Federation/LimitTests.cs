using Rwho.Actors.Federation;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>Members that say too much, or nothing that makes sense: counted, bounded, and no harm to anybody.</summary>
public sealed class LimitTests : FederationScene
{
    private const string PuppetName = "10.0.9.9:5514";

    private FederationMember? node;

    [Fact]
    [Trait("Limit", "messages of gateways waiting")]
    public void Messages_that_wait_are_bounded_and_what_is_more_is_counted()
    {
        var gateway = Gateways(1)[0];
        var puppet = Puppet();
        for (var i = 0; i < 100; i++) puppet.Send(node!, Statuses($"host{i}"));
        scene.Advance(5);
        Assert.Equal(100 - FederationLimits.MessagesWaiting, gateway.Counters.NotTakenCount);
        Assert.Equal(FederationLimits.MessagesWaiting, Hosts(gateway).Count());
        for (var i = 0; i < 100; i++)
        {
            puppet.Send(node!, Statuses($"host{i}"));
            scene.Advance(0.01);
        }

        scene.Advance(1);
        Assert.Equal(100, Hosts(gateway).Count());
    }

    // As many messages as may wait, each with more statuses than a batch holds.
    [Fact]
    [Trait("Limit", "batches of gateways waiting for the table")]
    public void Batches_on_their_way_to_the_table_are_bounded_and_what_is_more_is_counted()
    {
        var gateway = Gateways(1)[0];
        gateway.Settings = gateway.Settings with { HostsMax = 100_000 };
        var puppet = Puppet();
        for (var i = 0; i < FederationLimits.MessagesWaiting; i++)
            puppet.Send(node!, Statuses([.. Enumerable.Range(0, 600).Select(at => $"host{i}.{at}")]));
        scene.Advance(5);
        Assert.InRange(gateway.Rows.Length, 256 * FederationLimits.BatchesWaiting / 2, 16384);
        Assert.Equal(0, gateway.Counters.DroppedCount);
        puppet.Send(node!, Statuses("host0.0"));
        scene.Advance(1);
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Limit", "statuses waiting for the gateways")]
    public void Statuses_that_wait_to_be_told_are_bounded_and_what_is_more_is_left_to_the_next_comparison()
    {
        var waiting = new WaitingStatuses(Scene.Name("gw"));
        for (var i = 0; i < FederationLimits.StatusesWaiting; i++)
            Assert.True(waiting.Add(Heard($"host{i}"), 0));
        Assert.False(waiting.Add(Heard("late"), 0));
        Assert.True(waiting.Add(Heard("host7"), 0)); // one that waits already
        Assert.True(waiting.Remove(Heard("host7").Datagram.Hash));
        Assert.False(waiting.Remove(Heard("host7").Datagram.Hash));
        Assert.Equal(
            FederationLimits.StatusesWaiting - 1, waiting.TakeDue(FederationLimits.LongestWaitMilliseconds, 0).Count);
        Assert.Null(waiting.NextDue);
        Assert.True(waiting.Add(Heard("late"), 0));
    }

    [Fact]
    public void A_member_that_speaks_garbage_is_counted_and_harms_nothing()
    {
        var gateways = Gateways(2);
        Announce(1, "host");
        scene.Advance(1);
        var puppet = Puppet();
        var random = new Random(3);
        const int Messages = 2000;
        for (var i = 0; i < Messages; i++)
        {
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, Math.Min(1, bytes.Length)).Fill(9);
            puppet.Send(node!, bytes);
            scene.Advance(0.01);
        }

        Assert.Equal(Messages, gateways[0].Counters.Of(Rejection.FederationMessage));
        Announce(1, "later");
        scene.Advance(1);
        AssertAgree(gateways);
        Assert.Equal(2, Hosts(gateways[1]).Count());
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_says_anything_at_all_in_good_messages_makes_no_node_fail()
    {
        var gateways = Gateways(2);
        var puppet = Puppet();
        var random = new Random(4);
        for (var i = 0; i < 3000; i++)
        {
            puppet.Send(node!, Anything(random));
            scene.Advance(random.Next(5) == 0 ? 0.5 : 0.001);
        }

        puppet.Dispose();
        Announce(1, "host");
        scene.Advance(60);
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Equal(1, federation.Joins[Name(1)]);
        Assert.True(gateways[1].IsUp("host"));
        Assert.All(gateways, gateway =>
            Assert.All(gateway.Rows, row => Assert.True(row.Status.ReceiveTime <= scene.Now)));
    }

    [Fact]
    public void Statuses_that_are_none_are_counted_by_their_reason_and_the_others_are_taken()
    {
        var gateway = Gateways(1)[0];
        var puppet = Puppet();
        var good = Datagrams.Of("host", scene.Now);
        puppet.Send(node!, Statuses(
            [.. new[] { new byte[59], Datagrams.WithHostField(good, "a/b"), good }.Select(Status)]));
        scene.Advance(1);
        Assert.Equal(1, gateway.Counters.Of(Rejection.TooShort));
        Assert.Equal(1, gateway.Counters.Of(Rejection.HostNameCharacter));
        Assert.True(gateway.IsUp("host"));
    }

    // It was given up with a clock of hours; what it says next may come sooner than word that it is back.
    [Fact]
    public void What_a_gateway_says_after_it_began_anew_is_not_measured_by_its_clock_before()
    {
        var gateway = Gateways(1)[0];
        var puppet = Puppet(clock: 90_000_000);
        puppet.Send(node!, Statuses([Status(Datagrams.Of("a", scene.Now))], sent: 90_000_000));
        scene.Advance(1);
        Assert.True(gateway.IsUp("a"));
        puppet.Dispose();
        scene.Advance(1);
        federation.WordMilliseconds = 5000;
        puppet = Puppet(clock: 5);
        puppet.Send(node!, Statuses([Status(Datagrams.Of("b", scene.Now))], sent: 5));
        scene.Advance(6);
        Assert.Null(gateway.Row("b"));
        puppet.Send(node!, Statuses([Status(Datagrams.Of("b", scene.Now))], sent: 1_000));
        scene.Advance(1);
        Assert.InRange(gateway.Row("b")!.Status.ReceiveTime, scene.Now - 10, scene.Now);
    }

    [Fact]
    public void What_waited_on_its_way_before_anything_was_asked_is_not_taken_for_news()
    {
        var gateway = Gateways(1)[0];
        federation.Loses = (from, _) => from == Name(1);
        var puppet = Puppet();
        puppet.Send(node!, Statuses([Status(Datagrams.Of("a", scene.Now))]));
        scene.Advance(1);
        Assert.Null(gateway.Row("a"));
        federation.Loses = (_, _) => false;
        scene.Advance(20);
        puppet.Send(node!, Statuses([Status(Datagrams.Of("a", scene.Now))], sent: 60_000));
        scene.Advance(1);
        Assert.True(gateway.IsUp("a"));
    }

    [Fact]
    [Trait("Limit", "gateways remembered")]
    public void Gateways_that_left_are_remembered_up_to_a_number()
    {
        var gateway = Gateways(1)[0];
        for (var i = 0; i < FederationLimits.GatewaysGone + 50; i++)
        {
            federation.Puppet($"10.1.{i / 200}.{i % 200}:5514", _ => { }).Dispose();
            scene.Advance(0.1);
            federation.Puppet($"10.1.{i / 200}.{i % 200}:5514", _ => { });
            scene.Advance(0.1);
            federation.End($"10.1.{i / 200}.{i % 200}:5514", "it leaves");
        }

        scene.Advance(1);
        Assert.Equal(FederationLimits.GatewaysGone, gateway.Gateways.Gateways.Length);
        Assert.All(gateway.Gateways.Gateways, at => Assert.Equal(GatewayPresence.Gone, at.Presence));
    }

    /// <summary>It knows no host, and says so when it is asked.</summary>
    /// <param name="clock">What it says that the time is.</param>
    private IFederationLink Puppet(long clock = 0)
    {
        IFederationLink? puppet = null;
        puppet = federation.Puppet(PuppetName, told =>
        {
            if (told is FederationEvent.Members members)
                node = members.Others.FirstOrDefault(at => at.Name == Name(1)) ?? node;
            if (told is FederationEvent.Came came && Read(came.Bytes.ToArray()) is FederationMessage.Summary)
                puppet!.Send(node!, new FederationMessage.Inventory(
                    Scene.Name("puppet"), clock, FederationMessage.Buckets, []).ToBytes());
        });
        scene.Advance(1);
        return puppet;
    }

    private byte[] Anything(Random random)
    {
        var from = Scene.Name("puppet");
        var sent = random.Next(3) == 0 ? random.NextInt64() : (long)(scene.Now - Scene.Start) * 1000;
        var board = Enumerable.Range(0, random.Next(30)).Select(i => Datagrams.Of($"h{i}", scene.Now, load: 1));
        return random.Next(4) switch
        {
            0 => new FederationMessage.Summary(from, sent, random.Next(FederationMessage.Buckets),
                [.. new uint[FederationMessage.Buckets]]).ToBytes(),
            1 => new FederationMessage.Inventory(
                from, sent, random.Next(FederationMessage.Buckets + 1),
                [.. board.Select(at => new ListedHost(
                    Datagrams.Read(at).Host.StableHash, (ulong)random.NextInt64(), (uint)random.NextInt64(),
                    (uint)random.NextInt64()))])
                .ToBytes(),
            2 => new FederationMessage.Want(
                from, sent, [.. board.Select(at => Datagrams.Read(at).Hash), 0, 0, 1]).ToBytes(),
            _ => StatusesWriter.Write(from, sent, board.Select(at => new FederatedStatus(
                from, (byte)random.Next(256), (uint)random.NextInt64(uint.MaxValue), at)), random.Next(2) == 0)
                .FirstOrDefault([]),
        };
    }

    private byte[] Statuses(params string[] hosts) => StatusesWriter.Write(
        Scene.Name("puppet"), 0, hosts.Select(host => Status(Datagrams.Of(host, scene.Now))), false).Single();

    private static byte[] Statuses(FederatedStatus[] statuses, long sent = 0) =>
        StatusesWriter.Write(Scene.Name("puppet"), sent, statuses, false).Single();

    private static FederatedStatus Status(byte[] datagram) => new(Scene.Name("puppet"), 1, 0, datagram);

    private static Rwho.Actors.Relays.HeardStatus Heard(string host) => new(
        Datagrams.Read(Datagrams.Of(host, Scene.Start)), Rwho.Actors.Hosts.Via.Lan, null, 513, true, 0, 0);
}
