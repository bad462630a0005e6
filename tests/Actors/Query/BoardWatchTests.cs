using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>What those who watch a board are told, and when.</summary>
public sealed class BoardWatchTests
{
    private const long Now = Rows.Now;

    private readonly BoardWatch watch = new([], Now);

    private string Hear(HostRow row, long now) => Told(watch.Observe([row], [], now));

    private static string Told(IEnumerable<HostChange> changes) =>
        string.Join(' ', changes.Select(change => $"{change.Kind}:{change.Row.Host}"));

    [Fact]
    public void A_host_is_new_once_and_then_has_a_status_each_time()
    {
        Assert.Equal("New:beta", Hear(Rows.Of("beta"), Now));
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now + 180), Now + 180));
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now + 360), Now + 360));
        Assert.Equal(Now + 360, Assert.Single(watch.Rows()).Status.ReceiveTime);
    }

    [Fact]
    public void The_board_that_it_starts_from_is_no_change()
    {
        var started = new BoardWatch([Rows.Of("up"), Rows.Of("down", Now - 661)], Now);
        Assert.Empty(started.FallSilent(Now));
        Assert.Equal(Now + 661, started.NextDown);
        Assert.Equal("Up:down", Told(started.Observe([Rows.Of("down", Now)], [], Now)));
        Assert.Equal("Down:down Down:up", Told(started.FallSilent(Now + 661)));
    }

    [Fact]
    public void Other_users_or_other_lines_are_a_change_of_users_and_idle_times_are_none()
    {
        Hear(Rows.Of("beta", Now, Rows.Ann, Rows.Bob), Now);
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now, Rows.Bob, Rows.Ann), Now));
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now, Rows.Bob with { IdleSeconds = 0 }, Rows.Ann), Now));
        Assert.Equal("Users:beta", Hear(Rows.Of("beta", Now, Rows.Bob), Now));
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now, Rows.Bob, Rows.Bob), Now));
        var elsewhere = WhodEntry.Create("tty2", "bob", 0, 0);
        Assert.Equal("Users:beta", Hear(Rows.Of("beta", Now, elsewhere), Now));
        var rubbish = WhodEntry.Create("tty2\0x", "bob\0yz", 0, 0);
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now, rubbish), Now));
        Assert.Equal("Users:beta", Hear(Rows.Of("beta", Now), Now));
    }

    [Fact]
    public void A_silent_host_goes_down_at_its_second_and_only_once()
    {
        Hear(Rows.Of("beta"), Now);
        Assert.Equal(Now + 661, watch.NextDown);
        Assert.Empty(watch.FallSilent(Now + 660));
        Assert.Equal("Down:beta", Told(watch.FallSilent(Now + 661)));
        Assert.Empty(watch.FallSilent(Now + 5000));
        Assert.Null(watch.NextDown);
        Assert.Equal("Up:beta", Hear(Rows.Of("beta", Now + 5000), Now + 5000));
        Assert.Equal("Down:beta", Told(watch.FallSilent(Now + 5661)));
    }

    [Fact]
    public void Hosts_go_down_in_the_order_in_which_they_fell_silent()
    {
        var rows = new[] { ("c", 2), ("b", 0), ("d", 1), ("a", 2) }.Select(at => Rows.Of(at.Item1, Now + at.Item2));
        watch.Observe(rows, [], Now);
        Assert.Equal("Down:b Down:d Down:a Down:c", Told(watch.FallSilent(Now + 10_000)));
    }

    [Fact]
    public void A_host_heard_before_anybody_was_told_was_never_down()
    {
        Hear(Rows.Of("beta"), Now);
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now + 700), Now + 700));
        Assert.Empty(watch.FallSilent(Now + 700));
    }

    [Fact]
    public void A_row_that_is_old_already_is_new_but_not_up_and_takes_a_host_down()
    {
        Assert.Equal("New:old", Hear(Rows.Of("old", Now - 661), Now));
        Assert.Empty(watch.FallSilent(Now));
        Hear(Rows.Of("beta"), Now);
        Assert.Equal("Down:beta", Hear(Rows.Of("beta", Now - 700), Now));
        Assert.Empty(watch.FallSilent(Now + 10_000));
    }

    [Fact]
    public void A_conflict_alone_is_a_status_also_of_a_host_that_is_down()
    {
        var row = Rows.Of("beta");
        Hear(row, Now);
        var conflict = row with { Conflict = new NameConflict(Rows.Address, null) };
        Assert.Equal("Status:beta", Hear(conflict, Now));
        watch.FallSilent(Now + 661);
        Assert.Equal("Status:beta", Hear(row, Now + 700));
    }

    [Fact]
    public void A_row_that_is_as_it_was_and_a_name_that_is_not_there_are_no_change()
    {
        var row = Rows.Of("beta");
        Hear(row, Now);
        Assert.Empty(watch.Observe([row, row with { }], [Scene.Name("nobody")], Now));
    }

    [Fact]
    public void A_forgotten_host_is_told_as_it_was_last_and_never_goes_down()
    {
        Hear(Rows.Of("beta"), Now);
        var changes = watch.Observe([Rows.Of("new", Now + 5)], [Scene.Name("beta")], Now + 5);
        Assert.Equal("Forgotten:beta New:new", Told(changes));
        Assert.Equal(Now, changes[0].Row.Status.ReceiveTime);
        Assert.Equal("Down:new", Told(watch.FallSilent(Now + 10_000)));
        Assert.Equal("New:beta", Hear(Rows.Of("beta", Now + 10_000), Now + 10_000));
    }

    [Fact]
    public void When_the_clock_steps_back_a_host_is_up_again_only_once_it_is_heard()
    {
        var row = Rows.Of("beta");
        Hear(row, Now);
        watch.FallSilent(Now + 661);
        Assert.Empty(watch.FallSilent(Now + 10));
        Assert.Equal("Status:beta", Hear(row with { Conflict = new NameConflict(null, null) }, Now + 10));
        Assert.Null(watch.NextDown);
        Assert.Equal("Up:beta", Hear(Rows.Of("beta", Now + 20), Now + 20));
        Assert.Equal(Now + 681, watch.NextDown);
    }

    [Fact]
    public void A_receive_time_that_steps_back_brings_the_end_forward()
    {
        Hear(Rows.Of("beta", Now + 3600), Now + 3600);
        Assert.Equal("Status:beta", Hear(Rows.Of("beta", Now), Now));
        Assert.Equal(Now + 661, watch.NextDown);
        Assert.Equal("Down:beta", Told(watch.FallSilent(Now + 661)));
    }

    [Fact]
    public void Whatever_happens_it_tells_what_a_naive_watch_would()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var now = Now;
            var naive = new NaiveWatch();
            var subject = new BoardWatch([], now);
            for (var step = 0; step < 200; step++)
            {
                now += random.Next(10) == 0 ? random.Next(-2000, 2000) : random.Next(200);
                if (random.Next(3) == 0)
                {
                    Assert.Equal(naive.FallSilent(now), Told(subject.FallSilent(now)));
                    Assert.True(subject.NextDown is null || subject.NextDown > now);
                }
                else
                {
                    HostRow[] rows = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Draw(random, naive, now))];
                    HostName[] gone = [.. Enumerable.Range(0, random.Next(2)).Select(_ => Name(random))];
                    Assert.Equal(naive.Observe(rows, gone, now), Told(subject.Observe(rows, gone, now)));
                }

                Assert.Equal(naive.NextDown, subject.NextDown);
                Assert.Equal(naive.Rows.ToHashSet(), [.. subject.Rows()]);
            }
        }
    }

    private static HostName Name(Random random) => Scene.Name($"h{random.Next(6)}");

    private static HostRow Draw(Random random, NaiveWatch naive, long now)
    {
        var name = Name(random);
        if (random.Next(4) == 0 && naive.Rows.FirstOrDefault(row => row.Host == name) is { } same)
            return random.Next(2) == 0 ? same : same with { Conflict = new NameConflict(null, Rows.Address) };
        WhodEntry[][] users = [[], [Rows.Ann], [Rows.Ann, Rows.Bob], [Rows.Bob, Rows.Ann, Rows.Ann]];
        var age = random.Next(5) == 0 ? random.Next(1400) : random.Next(10);
        return Rows.Of(name.ToString(), now - age, [.. users[random.Next(users.Length)]]);
    }
}
