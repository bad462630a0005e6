using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>Nodes that hear each other, and what time does to a board.</summary>
public sealed class HearingTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Two_nodes_list_each_other_and_themselves()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var beta = scene.Node("beta", "10.0.0.2").Started();
        scene.Advance(181);
        Assert.All(new[] { alpha, beta }, node => Assert.True(node.IsReady && node.IsUp("alpha") && node.IsUp("beta")));
        Assert.Equal(Via.Self, alpha.Row("alpha")!.Via);
        Assert.Equal(Via.Lan, alpha.Row("beta")!.Via);
        Assert.Equal("10.0.0.2", alpha.Row("beta")!.Address!.ToString());
        Assert.Null(alpha.Row("alpha")!.Address);
    }

    [Fact]
    public void A_node_announces_at_once_and_then_at_every_interval()
    {
        scene.Node("alpha", "10.0.0.1").Started();
        Assert.Single(scene.Lan.Sent);
        scene.Advance(179);
        Assert.Single(scene.Lan.Sent);
        scene.Advance(361);
        Assert.Equal(4, scene.Lan.Sent.Count);
        Assert.All(scene.Lan.Sent, sent => Assert.Equal("10.0.0.255:513", sent.To.EndPoint.ToString()));
    }

    [Fact]
    [Trait("Limit", "seconds of silence until a host is down")]
    public void A_silent_host_is_up_for_660_seconds_and_down_at_661()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("gone", scene.Now));
        scene.Advance(660);
        Assert.True(alpha.IsUp("gone"));
        scene.Advance(1);
        Assert.False(alpha.IsUp("gone"));
        Assert.NotNull(alpha.Row("gone"));
    }

    [Fact]
    public void A_copy_of_a_datagram_makes_no_dead_host_look_alive()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var last = Datagrams.Of("gone", scene.Now);
        scene.Lan.Inject("10.0.0.9", 513, last);
        scene.Advance(700);
        scene.Lan.Inject("10.0.0.77", 513, last);
        scene.Advance(1);
        Assert.False(alpha.IsUp("gone"));
        Assert.Equal(1, alpha.Counters.Of(Observation.Seen));
    }

    [Fact]
    public void A_forged_send_time_in_the_far_future_heals_within_two_announcements()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 1));
        scene.Lan.Inject("10.0.0.66", 513, Datagrams.Of("beta", scene.Now + 500_000_000, load: 666));
        scene.Advance(1);
        Assert.Equal(666, alpha.Row("beta")!.Status.Datagram.Load.One);
        scene.Advance(179);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 2));
        scene.Advance(180);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 3));
        scene.Advance(1);
        Assert.Equal(3, alpha.Row("beta")!.Status.Datagram.Load.One);
        Assert.True(alpha.IsUp("beta"));
    }

    [Theory]
    [InlineData(-7200, "its clock is set back by two hours")]
    [InlineData(7200, "its clock is set forward by two hours")]
    [InlineData(-900_000_000, "it comes up without a clock of its own, in 1998")]
    public void A_host_that_reboots_with_another_clock_is_right_again_after_two_announcements(int step, string story)
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(60);
        var booted = scene.Now + step;
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now + step + 5, booted, load: 1));
        scene.Advance(180);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now + step + 5, booted, load: 2));
        scene.Advance(1);
        Assert.True(alpha.Row("beta")!.Status.Datagram.Load.One == 2, story);
        Assert.Equal(185, alpha.Row("beta")!.Status.Datagram.UptimeSeconds);
        Assert.Null(alpha.Row("beta")!.Conflict);
    }

    [Fact]
    public void The_receivers_clock_stepping_back_leaves_hosts_up()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.False(alpha.Row("beta")!.Status.IsDown(scene.Now - 7200));
    }

    [Fact]
    public void A_name_used_by_two_hosts_is_shown_as_a_conflict_with_both_addresses()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var round = 0; round < 2; round++)
        {
            scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("twin", scene.Now, Scene.Start - 1000));
            scene.Advance(60);
            scene.Lan.Inject("10.0.0.8", 513, Datagrams.Of("twin", scene.Now, Scene.Start - 9000));
            scene.Advance(60);
        }

        var conflict = alpha.Row("twin")!.Conflict;
        Assert.NotNull(conflict);
        Assert.Equal(["10.0.0.7", "10.0.0.8"],
            new[] { conflict.Ours!.ToString(), conflict.Other!.ToString() }.Order());
        Assert.Equal(alpha.Row("twin")!.Address, conflict.Ours);
        Assert.Single(scene.Log, line => line.Contains("twin"));
    }

    [Fact]
    public void However_many_names_are_forged_into_conflicts_the_log_is_not_flooded()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var i = 0; i < 100; i++)
        {
            for (var run = 0; run < 4; run++)
                scene.Lan.Inject("10.0.0.66", 513, Datagrams.Of($"forged{i}", scene.Now, 1000 + run % 2 * 1000, run));
            scene.Advance(0.3);
        }

        Assert.NotNull(alpha.Row("forged99")!.Conflict);
        Assert.InRange(scene.Log.Count(line => line.Contains("two hosts are called", StringComparison.Ordinal)), 1, 4);
    }

    [Fact]
    public void A_conflict_is_over_when_one_of_the_two_was_silent_for_eleven_minutes()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var round = 0; round < 2; round++)
        {
            scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("twin", scene.Now, Scene.Start - 1000));
            scene.Advance(60);
            scene.Lan.Inject("10.0.0.8", 513, Datagrams.Of("twin", scene.Now, Scene.Start - 9000));
            scene.Advance(60);
        }

        for (var i = 0; i < 12; i++)
        {
            scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("twin", scene.Now, Scene.Start - 1000));
            scene.Advance(60);
        }

        Assert.Null(alpha.Row("twin")!.Conflict);
    }

    [Fact]
    public void Another_host_with_this_hosts_name_is_a_conflict_and_the_row_stays_ours()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.66", 513, Datagrams.Of("alpha", scene.Now + 100, Scene.Start - 5, load: 666));
        scene.Advance(60);
        Assert.Null(alpha.Row("alpha")!.Conflict);
        scene.Lan.Inject("10.0.0.66", 513, Datagrams.Of("alpha", scene.Now + 100, Scene.Start - 5, load: 666));
        scene.Advance(1);
        Assert.Equal(new NameConflict(null, System.Net.IPAddress.Parse("10.0.0.66")), alpha.Row("alpha")!.Conflict);
        Assert.Equal(32, alpha.Row("alpha")!.Status.Datagram.Load.One);
        Assert.Equal(Via.Self, alpha.Row("alpha")!.Via);
        scene.Advance(900);
        Assert.Null(alpha.Row("alpha")!.Conflict);
    }

    [Fact]
    public void Our_own_announcement_that_comes_back_by_another_host_is_no_conflict()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var i = 0; i < 3; i++)
        {
            scene.Lan.Inject("10.0.0.50", 513, scene.Lan.Sent[^1].Datagram);
            scene.Advance(180);
        }

        Assert.Null(alpha.Row("alpha")!.Conflict);
        Assert.Equal(3, alpha.Counters.Of(Observation.Seen));
    }

    [Fact]
    [Trait("Limit", "seconds of silence until a host is forgotten")]
    public void A_host_silent_for_thirty_days_is_forgotten_with_its_file()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("gone", scene.Now));
        scene.Advance(TimeSpan.FromDays(29).TotalSeconds);
        Assert.NotNull(alpha.Row("gone"));
        Assert.Contains("whod.gone", alpha.Spool.Files.Keys);
        scene.Advance(TimeSpan.FromDays(1.1).TotalSeconds);
        Assert.Null(alpha.Row("gone"));
        Assert.DoesNotContain("whod.gone", alpha.Spool.Files.Keys);
        Assert.True(alpha.IsUp("alpha"));
    }

    [Fact]
    public void Times_beyond_2038_and_2106_are_as_good_as_any()
    {
        foreach (var start in new[] { (1L << 31) - 90, (1L << 32) - 90 })
        {
            var (seen, order) = (new SeenDatagrams(), new SendOrder(WhoTime.Fold(start)));
            for (var i = 1; i <= 3; i++)
            {
                Assert.True(order.Accepts(WhoTime.Fold(start + 60 * i), new Moment(start + 60 * i, 60_000 * i)));
                Assert.True(seen.Add((ulong)i));
            }
        }
    }
}
