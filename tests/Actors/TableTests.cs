using System.Net;
using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>The table's bound: who gives way to whom.</summary>
public sealed class TableTests
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("10.0.0.9");

    private static Moment At(long seconds) => new(Scene.Start + seconds, seconds * 1000);

    private static Observation Hear(HostTable table, string host, long at) =>
        table.Observe(Datagrams.Read(Datagrams.Of(host, Scene.Start + at)), Via.Lan, Somewhere, At(at));

    private static HostTable Full(params string[] twice)
    {
        var table = new HostTable(Scene.Name("self"), 4);
        for (var at = 0; at < 2; at++)
            foreach (var host in twice) Assert.Equal(Observation.Accepted, Hear(table, host, at));
        return table;
    }

    [Fact]
    public void A_row_heard_once_gives_way_to_a_new_name_the_oldest_first()
    {
        var table = Full("a", "b");
        Hear(table, "once", 5);
        Hear(table, "later", 6);
        Assert.Equal(Observation.Accepted, Hear(table, "new", 7));
        Assert.Null(table.Find(Scene.Name("once")));
        Assert.NotNull(table.Find(Scene.Name("later")));
        Assert.Equal(4, table.Count);
    }

    [Fact]
    public void Hosts_that_are_up_and_were_heard_twice_never_give_way()
    {
        var table = Full("a", "b", "c", "d");
        for (var i = 0; i < 1000; i++) Assert.Equal(Observation.TableFull, Hear(table, $"new{i}", 10));
        Assert.Equal(["a", "b", "c", "d"], table.Rows().Select(row => row.Host.ToString()).Order());
    }

    [Fact]
    public void Of_hosts_heard_twice_the_one_silent_for_longest_gives_way_when_it_is_down()
    {
        var table = Full("a", "b", "c", "d");
        Hear(table, "a", 500);
        Assert.Equal(Observation.TableFull, Hear(table, "new", 661));
        Assert.Equal(Observation.Accepted, Hear(table, "new", 662));
        Assert.Null(table.Find(Scene.Name("b")));
        Assert.NotNull(table.Find(Scene.Name("a")));
    }

    [Fact]
    public void What_was_silent_for_so_long_that_it_is_dropped_does_not_come_back_from_a_neighbour()
    {
        const int Day = 86_400;
        var table = new HostTable(Scene.Name("self")) { LongestSilence = TimeSpan.FromDays(1) };
        var datagram = Datagrams.Read(Datagrams.Of("gone", Scene.Start));
        Hear(table, "gone", 0);
        Assert.Equal(1, table.Forget(TimeSpan.FromDays(1), At(Day + 1)));
        Assert.Equal(Observation.TooOld, Again(1));
        Assert.Equal(0, table.Count);
        Assert.Equal(Observation.Accepted, Again(0));

        Observation Again(uint more) => table.Observe(
            datagram, Via.Neighbour, Somewhere, At(Day + 2), new Journey(Day * 1000u + more, 1, 513));
    }

    [Fact]
    public void This_host_itself_never_gives_way()
    {
        var table = new HostTable(Scene.Name("self"), 1);
        table.Announce(Datagrams.Read(Datagrams.Of("self", Scene.Start)), At(0));
        Assert.Equal(Observation.TableFull, Hear(table, "new", 100_000));
        Assert.NotNull(table.Find(Scene.Name("self")));
    }

    [Fact]
    public void This_host_finds_room_in_a_table_that_is_full_and_the_bound_holds()
    {
        var table = Full("a", "b", "c", "d");
        Hear(table, "a", 5);
        table.Announce(Datagrams.Read(Datagrams.Of("self", Scene.Start)), At(10));
        Assert.Equal(["a", "c", "d", "self"], table.Rows().Select(row => row.Host.ToString()).Order());
        Assert.Equal(4, table.Count);
    }

    [Fact]
    public void A_host_that_is_down_gives_way_also_when_this_host_has_not_announced_itself_for_longer()
    {
        var table = new HostTable(Scene.Name("self"), 3);
        table.Announce(Datagrams.Read(Datagrams.Of("self", Scene.Start)), At(0));
        for (var at = 1; at <= 2; at++)
            foreach (var host in (string[])["a", "b"]) Hear(table, host, at);
        Assert.Equal(Observation.Accepted, Hear(table, "new", 1000));
        Assert.Equal(["b", "new", "self"], table.Rows().Select(row => row.Host.ToString()).Order());
    }

    [Fact]
    public void A_host_heard_before_it_was_restored_is_missed_when_it_gives_way()
    {
        var table = new HostTable(Scene.Name("self"), 1);
        Hear(table, "a", 0);
        var old = new HostStatus(Datagrams.Read(Datagrams.Of("a", Scene.Start - 500)), Scene.Start - 500);
        Assert.False(table.Restore(new HostRow(old, Via.Spool, null, null)));
        Hear(table, "new", 1);
        Assert.Equal("a", Assert.Single(table.TakeChanges().Removed).ToString());
    }

    [Fact]
    public void A_host_that_gave_way_came_back_and_gave_way_again_between_two_looks_is_missed()
    {
        var table = new HostTable(Scene.Name("self"), 1);
        Hear(table, "a", 0);
        table.TakeChanges();
        foreach (var (host, at) in (ValueTuple<string, long>[])[("b", 1), ("a", 2), ("c", 3)]) Hear(table, host, at);
        Assert.Equal("a", Assert.Single(table.TakeChanges().Removed).ToString());
    }

    [Fact]
    public void A_row_kept_from_before_that_finds_no_room_is_gone()
    {
        var table = Full("a", "b", "c", "d");
        table.TakeChanges();
        var old = new HostStatus(Datagrams.Read(Datagrams.Of("old", Scene.Start - 500)), Scene.Start - 500);
        Assert.False(table.Restore(new HostRow(old, Via.Spool, null, null)));
        Assert.Equal("old", Assert.Single(table.TakeChanges().Removed).ToString());
    }

    [Fact]
    public void Names_that_came_and_went_between_two_looks_leave_nothing_behind()
    {
        var table = Full("a", "b", "c");
        table.TakeChanges();
        for (var i = 0; i < 1000; i++) Hear(table, $"new{i}", 10);
        var (changed, removed) = table.TakeChanges();
        Assert.Equal("new999", Assert.Single(changed).Host.ToString());
        Assert.Empty(removed);
        Hear(table, "newest", 11);
        Assert.Equal("new999", Assert.Single(table.TakeChanges().Removed).ToString());
    }

    [Fact]
    [Trait("Limit", "hosts")]
    public void Whatever_is_heard_the_table_keeps_its_bound()
    {
        var random = new Random(7);
        var table = new HostTable(Scene.Name("self"), 50);
        for (var i = 0; i < 20_000; i++)
        {
            if (i % 500 == 0) table.Announce(Datagrams.Read(Datagrams.Of("self", Scene.Start + i)), At(i));
            Hear(table, $"h{random.Next(200)}", i + random.Next(-300, 300));
            Assert.True(table.Count <= 50);
        }

        Assert.NotNull(table.Find(Scene.Name("self")));
        Assert.Equal(table.Count, table.Rows().Length);
    }

    [Fact]
    public void A_restored_row_does_not_replace_one_that_was_heard()
    {
        var table = new HostTable(Scene.Name("self"));
        Hear(table, "a", 5);
        var old = new HostStatus(Datagrams.Read(Datagrams.Of("a", Scene.Start - 500)), Scene.Start - 500);
        Assert.False(table.Restore(new HostRow(old, Via.Spool, null, null)));
        Assert.Equal(Via.Lan, table.Find(Scene.Name("a"))!.Via);
    }
}
