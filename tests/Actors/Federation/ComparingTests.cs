using Rwho.Actors.Federation;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>What gateways do about what they did not hear: newcomers, partitions, links that are cut.</summary>
public sealed class ComparingTests : FederationScene
{
    private const int ManyHosts = 10_000;

    [Fact]
    public void A_newcomer_has_the_whole_board_of_10000_hosts_soon_and_it_comes_about_once()
    {
        var gateways = Gateways(4);
        AnnounceMany(ManyHosts, lans: 4, users: 2);
        scene.Advance(60);
        Assert.All(gateways, gateway => Assert.Equal(ManyHosts, Hosts(gateway).Count()));
        var before = federation.Sent.Count;
        var late = Gateway(5).Started();
        scene.Advance(10);
        AssertAgree([.. gateways, late]);
        var sent = federation.Sent.Skip(before).ToList();
        Assert.All(sent, message => Assert.InRange(message.Bytes.Length, 1, FederationMessage.MaxBytes));
        Assert.InRange(CountSince(before), ManyHosts, ManyHosts * 11 / 10);
        Assert.InRange(sent.Sum(message => (long)message.Bytes.Length), 1, ManyHosts * 170L);
        Assert.Equal(0, late.Counters.NotTakenCount);
        Assert.True(late.IsUp("host0"));
    }

    // Each of the others may compare with it in its turn before it asked anybody.
    [Fact]
    public void A_newcomer_that_asks_nobody_is_told_in_steps_that_it_has_room_for()
    {
        var gateways = Gateways(2);
        AnnounceMany(7000, lans: 1, users: 42);
        scene.Advance(5);
        federation.Loses = (from, _) => from == Name(3);
        var late = Gateway(3).Started();
        scene.Advance(7);
        federation.Loses = (_, _) => false;
        scene.Advance(30);
        AssertAgree([.. gateways, late]);
        Assert.Equal(0, late.Counters.NotTakenCount);
        Assert.All(federation.Sent, message =>
            Assert.InRange(message.Bytes.Length, 1, FederationMessage.MaxBytes));
    }

    [Fact]
    public void A_partition_with_news_on_both_sides_heals_within_ten_seconds()
    {
        var gateways = Gateways(5);
        var (left, right) = (gateways[..2], gateways[2..]);
        federation.Part([Name(1), Name(2)], [Name(3), Name(4), Name(5)]);
        for (var i = 0; i < 60; i++)
        {
            Announce(1 + i % 5, $"host{i}");
            scene.Advance(1);
        }

        Assert.Null(gateways[0].Row("host59"));
        AssertAgree(left);
        AssertAgree(right);
        Assert.Contains(gateways[0].Gateways.Gateways, at => at.Presence == GatewayPresence.Unreachable);
        federation.Heal();
        scene.Advance(10);
        AssertAgree(gateways);
        Assert.Equal(60, Hosts(gateways[0]).Count());
    }

    [Fact]
    public void Two_gateways_cut_from_each_other_for_ever_agree_through_the_others()
    {
        var gateways = Gateways(4);
        federation.Cut(Name(1), Name(2));
        for (var i = 0; i < 60; i++)
        {
            Announce(1 + i % 2, $"host{i}");
            scene.Advance(1);
        }

        scene.Advance(40);
        AssertAgree(gateways);
        Assert.Equal(60, Hosts(gateways[0]).Count());
    }

    [Fact]
    public void A_gateway_whose_words_reach_nobody_hears_the_others_and_one_that_hears_nobody_is_heard()
    {
        var gateways = Gateways(4);
        federation.CutOneWay(Name(1), Name(2));
        federation.CutOneWay(Name(3), Name(2));
        Announce(1, "one");
        Announce(2, "two");
        Announce(3, "three");
        scene.Advance(60);
        AssertAgree(gateways);
        Assert.Equal(3, Hosts(gateways[1]).Count());
    }

    // In a cluster who is out of reach for one member is called so by all.
    [Fact]
    public void Who_asks_is_answered_though_it_is_said_to_be_out_of_reach()
    {
        var gateways = Gateways(1);
        Announce(1, "host");
        FederationMember? to = null;
        var answers = new List<FederationMessage>();
        var puppet = federation.Puppet("10.0.7.7:5514", told =>
        {
            if (told is FederationEvent.Members { Others: [var first] }) to = first;
            if (told is FederationEvent.Came came) answers.Add(Read(came.Bytes.ToArray()));
        });
        scene.Advance(1);
        federation.CutOneWay(Name(1), "10.0.9.9:5514"); // word of it is told again
        scene.Advance(10);
        answers.Clear();
        puppet.Send(to!, new FederationMessage.Want(
            Scene.Name("puppet"), 0, [gateways[0].Row("host")!.Status.Datagram.Hash]).ToBytes());
        scene.Advance(1);
        Assert.Single(Assert.IsType<FederationMessage.Statuses>(Assert.Single(answers)).Items);
    }

    [Fact]
    public void A_gateway_that_does_not_answer_holds_up_nobody()
    {
        var gateways = Gateways(3);
        using var puppet = federation.Puppet("10.0.0.7:5514", _ => { });
        scene.Advance(5);
        federation.Loses = (from, to) => from == Name(1) && to == Name(3);
        Announce(1, "host");
        scene.Advance(1);
        federation.Loses = (_, _) => false;
        scene.Advance(45);
        AssertAgree(gateways);
    }

    // As many at a time as the receive path has room for.
    private void AnnounceMany(int hosts, int lans, int users)
    {
        for (var i = 0; i < hosts; i++)
        {
            scene.Lan.Announce($"10.0.{1 + i % lans}.99", WhodCodec.ToDatagram(new WhodStatus(
                Scene.Name($"host{i}"), WhoTime.Fold(scene.Now), WhoTime.Fold(Scene.Start - 86400), default,
                [.. Enumerable.Range(0, users).Select(at => WhodEntry.Create($"pts/{at}", "ann", (uint)i, at))]))
                .Bytes.ToArray());
            if (i % 10 == 9) scene.Settle();
            if (i % 500 == 499) scene.Advance(0.5);
        }
    }
}
