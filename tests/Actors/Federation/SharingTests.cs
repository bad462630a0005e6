using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>What is heard on one network is known on all of them, and as old as it is.</summary>
public sealed class SharingTests : FederationScene
{
    [Fact]
    public void A_status_of_one_network_is_on_every_board_within_a_second_with_who_brought_it()
    {
        var gateways = Gateways(3);
        Announce(1, "host");
        scene.Advance(1);
        Assert.All(gateways, gateway => Assert.True(gateway.IsUp("host")));
        Assert.Equal((Via.Lan, null), (gateways[0].Row("host")!.Via, gateways[0].Row("host")!.Gateway));
        Assert.All(gateways[1..], gateway =>
        {
            var row = gateway.Row("host")!;
            Assert.Equal((Via.Cluster, "gw1-1"), (row.Via, row.Gateway!.Name.ToString()));
            Assert.Equal("10.0.1.1", $"{row.Address}");
            Assert.Equal(1, row.Hops);
        });
    }

    [Fact]
    public void Gateways_know_each_other_as_soon_as_they_have_joined()
    {
        var gateways = Gateways(3);
        Assert.All(gateways, gateway =>
            Assert.All(gateways, other => Assert.True(gateway.IsUp(other.Settings.Name.ToString()))));
    }

    [Fact]
    public void One_that_only_listens_is_not_told_of_but_has_what_others_tell()
    {
        var gateways = new[] { Gateway(1), Gateway(2) };
        gateways[1].Settings = gateways[1].Settings with { ListenOnly = true };
        foreach (var gateway in gateways) gateway.Started();
        Announce(2, "host");
        scene.Advance(300);
        Assert.True(gateways[0].Row("gw2-1") is null && gateways[0].IsUp("host") && gateways[1].IsUp("gw1-1"));
    }

    [Fact]
    public void What_is_off_all_networks_is_not_passed_on()
    {
        var gateways = Gateways(2);
        scene.Lan.Inject("192.0.2.9", 513, Datagrams.Of("far", scene.Now));
        scene.Advance(1);
        Assert.Equal(Via.OffNet, gateways[0].Row("far")!.Via);
        Assert.Empty(SentOf(Datagrams.Of("far", scene.Now - 1)));
        scene.Advance(60);
        Assert.Empty(SentOf(Datagrams.Of("far", scene.Now - 61)));
    }

    [Fact]
    public void A_host_was_heard_at_the_same_second_on_all_boards_and_is_down_at_the_same_second()
    {
        federation.Delay = (_, _) => 0;
        var gateways = Gateways(4);
        scene.Advance(0.35);
        Announce(1, "host");
        var heard = scene.Now;
        scene.Advance(2);
        Assert.All(gateways, gateway => Assert.Equal(heard, gateway.Row("host")!.Status.ReceiveTime));
        scene.Advance(WhoTime.DownAfterSeconds - 2);
        Assert.All(gateways, gateway => Assert.True(gateway.IsUp("host")));
        scene.Advance(1);
        Assert.All(gateways, gateway => Assert.False(gateway.IsUp("host")));
    }

    [Fact]
    public void Clocks_that_differ_by_hours_make_no_host_older_or_younger()
    {
        var gateways = new[] { Gateway(1), Gateway(2) };
        gateways[1].Clock.By = TimeSpan.FromHours(-7);
        foreach (var gateway in gateways) gateway.Started();
        Announce(1, "host");
        scene.Advance(100);
        var row = gateways[1].Row("host")!;
        Assert.InRange(scene.Now - 7 * 3600 - row.Status.ReceiveTime, 99, 101);
    }

    [Fact]
    public void A_status_that_waited_on_its_way_is_that_much_older()
    {
        var gateways = Gateways(2);
        Announce(1, "before");
        scene.Advance(5);
        Announce(1, "host");
        var heard = scene.Now;
        federation.Delay = (_, _) => 45_000;
        scene.Advance(1);
        federation.Delay = (_, _) => 1;
        scene.Advance(50);
        Assert.InRange(gateways[1].Row("host")!.Status.ReceiveTime, heard, heard + 1);
    }

    [Fact]
    public void Lost_messages_are_made_up_for_by_comparing()
    {
        var gateways = Gateways(3);
        var random = new Random(7);
        federation.Loses = (_, _) => random.Next(100) < 30;
        for (var i = 0; i < 60; i++)
        {
            Announce(1 + i % 3, $"host{i}");
            scene.Advance(1);
        }

        scene.Advance(400); // a comparison takes four messages: one in four succeeds
        Assert.Equal(60, Hosts(gateways[0]).Count());
        AssertAgree(gateways);
    }

    [Fact]
    public void Nothing_is_said_but_summaries_while_nothing_changes()
    {
        var gateways = Gateways(3);
        for (var i = 0; i < 50; i++) Announce(1 + i % 3, $"host{i}");
        scene.Advance(60);
        var before = federation.Sent.Count;
        scene.Advance(90); // until they announce themselves again
        Assert.Equal(0, CountSince(before));
        AssertAgree(gateways);
    }
}
