using Rwho.Actors.Federation;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>Gateways that die, stand still, come back; links that end, and an actor that fails.</summary>
public sealed class FailureTests : FederationScene
{
    [Fact]
    public void A_gateway_frozen_for_a_minute_finds_rows_as_old_as_they_are_and_its_own_network_never_blinks()
    {
        var gateways = Gateways(3);
        Announce(1, "own");
        Announce(2, "other");
        scene.Advance(5);
        federation.Freeze(Name(1));
        var heard = new Dictionary<string, long>();
        for (var i = 0; i < 60; i++)
        {
            heard[$"host{i}"] = scene.Now;
            Announce(1 + i % 3, $"host{i}");
            Step(1, () => gateways[0].IsUp("own"));
        }

        Assert.Null(gateways[0].Row("host1"));
        Assert.Null(gateways[1].Row("host0")?.Gateway);
        federation.Thaw(Name(1));
        Step(10, () => gateways[0].IsUp("own"));
        AssertAgree(gateways);
        foreach (var gateway in gateways)
            foreach (var (host, at) in heard)
                Assert.InRange(gateway.Row(host)!.Status.ReceiveTime, at - 1, at + 1);
    }

    [Fact]
    public void A_gateway_restarted_from_its_spool_has_everything_again_and_nobody_goes_down_meanwhile()
    {
        var gateways = Gateways(3);
        var heard = scene.Now;
        for (var i = 0; i < 30; i++) Announce(1 + i % 3, $"host{i}");
        scene.Advance(5);
        federation.Kill(Name(1));
        gateways[0].Kill();
        Step(30, () => gateways[1].IsUp("host0"));
        Announce(2, "new");
        gateways[0].Started();
        Assert.True(gateways[0].IsUp("host0") && gateways[0].IsUp("host1"));
        Step(10, () => gateways[0].IsUp("host0") && gateways[1].IsUp("host0") && gateways[0].IsUp("host2"));
        AssertAgree(gateways);
        Assert.True(gateways[0].IsUp("new"));
        Assert.All(gateways[0].Rows.Where(row => row.Host.ToString().StartsWith("host", StringComparison.Ordinal)),
            row => Assert.InRange(row.Status.ReceiveTime, heard - 1, heard + 1));
    }

    [Fact]
    public void A_gateway_restarted_without_a_spool_has_everything_again_as_old_as_it_is()
    {
        var gateways = Gateways(3);
        var heard = scene.Now;
        for (var i = 0; i < 30; i++) Announce(1 + i % 3, $"host{i}");
        scene.Advance(100);
        federation.Kill(Name(1));
        gateways[0].Kill();
        gateways[0].Spool = new MemorySpool();
        scene.Advance(30);
        gateways[0].Started();
        scene.Advance(5);
        AssertAgree(gateways);
        Assert.All(gateways[0].Rows.Where(row => row.Host.ToString().StartsWith("host", StringComparison.Ordinal)),
            row => Assert.InRange(row.Status.ReceiveTime, heard - 1, heard + 1));
    }

    [Fact]
    public void When_all_gateways_of_a_network_are_gone_its_rows_age_to_down_and_why_says_so_until_one_is_back()
    {
        var gateways = new[] { Gateway(1), Gateway(1, 2), Gateway(2), Gateway(3) };
        foreach (var gateway in gateways) gateway.Started();
        scene.Advance(20);
        Announce(1, "host");
        scene.Advance(1);
        federation.Kill(Name(1));
        federation.Kill(Name(1, 2));
        gateways[0].Kill();
        gateways[1].Kill();
        scene.Advance(10);
        var teller = gateways[2].Row("host")!.Gateway!.Name;
        Assert.Contains($"Gateway {teller} (10.0.1.", Why(gateways[2], "host"), StringComparison.Ordinal);
        Assert.Contains("has been out of reach for 5 seconds.", Why(gateways[2], "host"), StringComparison.Ordinal);
        Assert.Contains("out of reach for 5 seconds; what its networks say is not heard of.",
            Why(gateways[2], "nobody"), StringComparison.Ordinal);
        scene.Advance(WhoTime.DownAfterSeconds - 12);
        Assert.True(gateways[2].IsUp("host") && gateways[3].IsUp("host"));
        scene.Advance(3);
        Assert.False(gateways[2].IsUp("host") || gateways[3].IsUp("host"));
        Assert.Contains("left the federation 10 minutes ago.\nUntil it, or another gateway of the host's network, is "
            + "back, the row ages as if the host were silent.", Why(gateways[2], "host"), StringComparison.Ordinal);
        gateways[1].Started();
        scene.Advance(5);
        Announce(1, "host");
        scene.Advance(1);
        Assert.True(gateways[2].IsUp("host") && gateways[3].IsUp("host"));
        Assert.DoesNotContain("federation 1", Why(gateways[2], "host"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_ends_is_joined_again_and_the_board_does_not_notice()
    {
        var gateways = Gateways(3);
        for (var i = 0; i < 30; i++) Announce(1 + i % 3, $"host{i}");
        scene.Advance(5);
        var before = gateways[0].Rows;
        federation.End(Name(1), "the others had given this gateway up");
        scene.Settle();
        Assert.False(gateways[0].Gateways.IsJoined);
        Assert.Contains("This node is not in the federation now: rows from other networks age. See its log.",
            Why(gateways[0], "host1"), StringComparison.Ordinal);
        Assert.Equal(before, gateways[0].Rows);
        scene.Advance(5);
        Assert.True(gateways[0].Gateways.IsJoined);
        Assert.Equal(2, federation.Joins[Name(1)]);
        Announce(2, "later");
        scene.Advance(1);
        Assert.True(gateways[0].IsUp("later"));
        Assert.Contains("not in the federation: the others had given this gateway up; joining again in 0.1 s. "
            + "Rows from other networks age meanwhile", scene.Log);
    }

    [Fact]
    public void A_link_that_ends_again_and_again_is_joined_ever_less_often_and_told_of_once()
    {
        Gateway(1).Started();
        var ended = 0;
        scene.Advance(1);
        for (var i = 0; i < 600; i++)
        {
            if (federation.Joins[Name(1)] > ended)
            {
                ended = federation.Joins[Name(1)];
                federation.End(Name(1), "on purpose");
            }

            scene.Advance(0.5);
        }

        Assert.InRange(federation.Joins[Name(1)], 8, 24);
        Assert.All(scene.Log, line => Assert.DoesNotContain("Exception", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_transport_that_throws_when_joining_is_tried_again_with_a_rest()
    {
        federation.JoinFault = _ => new InvalidOperationException("fault on purpose");
        var gateways = Gateways(2);
        scene.Advance(60);
        Assert.InRange(federation.Joins[Name(1)], 4, 12);
        Announce(1, "host");
        scene.Advance(5);
        Assert.True(gateways[0].IsUp("host"));
        federation.JoinFault = _ => null;
        scene.Advance(60);
        Assert.True(gateways[1].IsUp("host"));
        AssertAgree(gateways);
    }

    [Fact]
    public void A_transport_that_throws_when_sending_costs_a_new_link_and_nothing_else()
    {
        var gateways = Gateways(3);
        federation.SendFault = from => from == Name(1) ? new InvalidOperationException("fault on purpose") : null;
        Announce(1, "one");
        Announce(2, "two");
        scene.Advance(20);
        Assert.True(gateways[0].IsUp("one") && gateways[2].IsUp("two"));
        federation.SendFault = _ => null;
        scene.Advance(60);
        AssertAgree(gateways);
        Assert.Equal(2, Hosts(gateways[2]).Count());
        Assert.Equal(2, gateways[0].Gateways.Gateways.Count(at => at.Presence == GatewayPresence.Here));
    }

    [Fact]
    public void An_actor_that_fails_over_what_it_is_told_joins_anew_and_hears_nothing_of_its_link_before()
    {
        var gateways = Gateways(3);
        gateways[0].Logger.ThrowAt = 142; // it says that a gateway is there
        var puppet = federation.Puppet("10.0.9.9:5514", _ => { });
        scene.Advance(1);
        puppet.Dispose();
        gateways[0].Logger.ThrowAt = null;
        Announce(3, "host");
        scene.Advance(60);
        Assert.InRange(federation.Joins[Name(1)], 2, 6);
        AssertAgree(gateways);
        Assert.True(gateways[0].IsUp("host"));
        Assert.True(gateways[0].Gateways.IsJoined);
        Announce(2, "later");
        scene.Advance(1);
        Assert.True(gateways[0].IsUp("later"));
    }

    private void Step(int seconds, Func<bool> isUp)
    {
        for (var i = 0; i < seconds; i++)
        {
            scene.Advance(1);
            Assert.True(isUp(), $"second {i}");
        }
    }
}
