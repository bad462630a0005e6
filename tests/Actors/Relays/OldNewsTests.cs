using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>What relays do with statuses that they may have seen before, or that are older than others.</summary>
public sealed class OldNewsTests : RelayScene
{
    // Each new name drives out another, with the memory of what was seen of it.
    [Fact]
    public void A_flood_of_names_between_full_tables_ends()
    {
        var ways = new[]
        {
            scene.Node("r1", "10.0.0.1").On("10.0.1.1"), scene.Node("r2", "10.0.0.2").On("10.0.1.2"),
            Node("g1", "10.0.1.3", "10.0.2.4"), Node("g2", "10.0.2.4", "10.0.1.3"),
            scene.Node("r3", "10.0.0.5").On("10.0.2.5"),
        };
        foreach (var relay in ways)
        {
            Forwarding(relay).Settings = relay.Settings with { HostsMax = 20 };
            relay.Started();
        }

        scene.Advance(5);
        for (var i = 0; i < 1000; i++)
        {
            scene.Lan.Announce($"10.0.{i % 3}.77", Datagrams.Of($"x{i}", scene.Now));
            if (i % 4 == 0) scene.Advance(0.005);
        }

        scene.Advance(10);
        var sent = scene.Lan.Sent.Count;
        scene.Advance(60);
        Assert.DoesNotContain(scene.Lan.Sent.Skip(sent), one => one.Datagram[1] == WhodLayout.StatusType
            && RandomSite.NameOf(one.Datagram).StartsWith('x'));
    }

    [Fact]
    public void A_host_that_found_room_in_a_full_table_is_passed_on_from_its_second_announcement_on()
    {
        var relay = Forwarding(scene.Node("relay", "10.0.1.1").On("10.0.2.1"));
        relay.Settings = relay.Settings with { HostsMax = 3 };
        relay.Started();
        foreach (var name in new[] { "a", "b", "late" }) scene.Lan.Announce("10.0.1.7", Datagrams.Of(name, scene.Now));
        scene.Advance(1);
        Assert.DoesNotContain(scene.Lan.Sent, sent => RandomSite.NameOf(sent.Datagram) == "late");
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("late", scene.Now + 1));
        scene.Advance(1);
        Assert.Contains(scene.Lan.Sent, sent => RandomSite.NameOf(sent.Datagram) == "late");
    }

    [Fact]
    public void A_clock_set_back_heals_within_two_announcements_behind_any_number_of_relays()
    {
        var far = scene.Node("far", "10.0.6.9").Started();
        for (var i = 1; i < 6; i++) Forwarding(scene.Node($"r{i}", $"10.0.{i}.1").On($"10.0.{i + 1}.2")).Started();
        for (var i = 0; i < 3; i++)
        {
            scene.Lan.Announce("10.0.1.7", Datagrams.Of("host", scene.Now));
            scene.Advance(180);
        }

        foreach (var announcement in new[] { 1, 2 })
        {
            scene.Lan.Announce("10.0.1.7", Datagrams.Of("host", scene.Now - 86_400));
            scene.Advance(announcement == 1 ? 180 : 5);
        }

        Assert.Equal(WhoTime.Fold(scene.Now - 86_400 - 5), far.Row("host")!.Status.Datagram.SendTime);
    }

    [Fact]
    [Trait("Limit", "seconds between older statuses of a host passed on")]
    public void Of_older_announcements_one_a_minute_is_passed_on()
    {
        Forwarding(scene.Node("relay", "10.0.1.1").On("10.0.2.1")).Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("host", scene.Now));
        scene.Advance(1);
        var before = scene.Lan.Sent.Count;
        for (var i = 0; i < 120; i++)
        {
            scene.Lan.Announce("10.0.1.7", Datagrams.Of("host", scene.Now - 10_000 - 3 * i));
            scene.Advance(1);
        }

        Assert.Equal(2, scene.Lan.Sent.Skip(before).Count(sent => RandomSite.NameOf(sent.Datagram) == "host"));
    }

    // What was seen of a host is not remembered for ever: 32 of its datagrams, and the one shown.
    [Fact]
    public void A_status_that_is_shown_is_no_news_however_many_others_were_made_up()
    {
        var relay = Forwarding(scene.Node("relay", "10.0.1.1").On("10.0.2.1")).Started();
        var status = Datagrams.Of("host", scene.Now);
        scene.Lan.Announce("10.0.1.7", status);
        for (var i = 0; i < 100; i++) scene.Lan.Announce("10.0.1.66", Datagrams.Of("host", scene.Now - 10_000 - i));
        scene.Advance(5);
        var received = relay.Row("host")!.Status.ReceiveTime;
        scene.Lan.Announce("10.0.1.7", status);
        scene.Advance(5);
        Assert.Equal(received, relay.Row("host")!.Status.ReceiveTime);
        Assert.Single(scene.Lan.Sent, sent => sent.Datagram.AsSpan().SequenceEqual(status));
    }
}
