using Rwho.Actors.Query;

namespace Rwho.Tests.Actors.Query;

/// <summary>Clients that watch.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly Scene scene = new();
    private readonly TestNode alpha;

    public WatchTests()
    {
        alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(1);
    }

    public void Dispose() => scene.Dispose();

    private MemoryClient Watches()
    {
        var client = alpha.Query.Connect().Says("watch\n");
        scene.Settle();
        return client;
    }

    private static IEnumerable<string> Events(MemoryClient client) => client.Lines.Select(line =>
    {
        var start = line.IndexOf("\"event\":\"", StringComparison.Ordinal) + 9;
        var host = line.IndexOf("\"host\":{\"name\":\"", StringComparison.Ordinal);
        var name = host < 0 ? "" : line[(host + 16)..line.IndexOf('"', host + 16)];
        return $"{line[start..line.IndexOf('"', start)]} {name}".Trim();
    });

    [Fact]
    public void The_board_comes_first_then_each_change()
    {
        var client = Watches();
        Assert.Equal(["board"], Events(client));
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.Equal(["board", "new beta", "status beta"], Events(client));
    }

    [Fact]
    public void A_host_that_falls_silent_is_told_at_its_second_and_again_when_it_is_heard()
    {
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        var client = Watches();
        scene.Advance(659.5);
        Assert.DoesNotContain("down beta", Events(client));
        scene.Advance(1);
        Assert.Contains("down beta", Events(client));
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.Equal("up beta", Events(client).Last());
        Assert.Single(Events(client), "down beta");
    }

    [Fact]
    public void A_host_that_is_forgotten_is_told()
    {
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        scene.Advance(TimeSpan.FromDays(30).TotalSeconds - 100);
        var client = Watches();
        scene.Advance(7200);
        Assert.Contains("forgotten beta", Events(client));
    }

    [Fact]
    public void A_watcher_that_comes_later_has_the_same_board_and_the_same_changes()
    {
        var first = Watches();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        var second = Watches();
        scene.Lan.Inject("10.0.0.3", 513, Datagrams.Of("gamma", scene.Now));
        scene.Advance(1);
        Assert.Equal(["board", "new beta", "new gamma"], Events(first));
        Assert.Equal(["board", "new gamma"], Events(second));
        Assert.Contains("beta", second.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Who_leaves_and_comes_back_has_a_new_board()
    {
        var first = Watches();
        first.Resets();
        scene.Advance(1);
        Assert.True(first.IsClosed);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        var second = Watches();
        Assert.Contains("beta", Assert.Single(second.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_watcher_that_sends_no_more_goes_on_watching()
    {
        var client = Watches();
        client.Ends();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.Equal(["board", "new beta"], Events(client));
    }

    [Fact]
    [Trait("Limit", "bytes a watcher may be behind")]
    public void A_watcher_that_does_not_read_is_cut_and_the_others_notice_nothing()
    {
        var (good, bad) = (Watches(), Watches());
        bad.Reads = false;
        for (var round = 0; round < 25; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now, load: round));
                scene.Settle();
            }

            scene.Advance(1);
        }

        Assert.False(bad.IsClosed);
        scene.Advance(30);
        Assert.True(bad.IsClosed);
        Assert.False(good.IsClosed);
        Assert.Equal(251, good.Lines.Length);
    }

    // All lines of a burst were queued at once: a megabyte behind, whatever the client reads.
    [Fact]
    [Trait("Limit", "bytes of changes at a time")]
    public void A_burst_of_changes_does_not_cut_who_reads()
    {
        const int Hosts = 5000;
        var client = Watches();
        for (var i = 0; i < Hosts; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now));
            scene.Settle();
        }

        scene.Settle();
        scene.Advance(5);
        Assert.False(client.IsClosed);
        Assert.Equal(Hosts, Events(client).Distinct().Count(line => line.StartsWith("new ", StringComparison.Ordinal)));
        Assert.Equal(Hosts + 1, client.Lines.Length);

        scene.Advance(700);
        Assert.False(client.IsClosed);
        Assert.Equal(Hosts, Events(client).Count(line => line.StartsWith("down ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Changes_in_a_burst_are_told_once_with_the_latest()
    {
        var client = Watches();
        for (var load = 1; load <= 3; load++)
        {
            for (var i = 0; i < 2000; i++)
            {
                scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now + load, load: load));
                scene.Settle();
            }

            scene.Settle();
        }

        scene.Advance(5);
        Assert.InRange(client.Lines.Length, 2001, 4001);
        Assert.All(
            client.Lines.Skip(1).GroupBy(line => line.Split("\"name\":\"")[1].Split('"')[0]),
            host => Assert.Contains("\"load\":[0.03,", host.Last(), StringComparison.Ordinal));
    }

    [Fact]
    public void Watchers_who_come_together_share_one_board()
    {
        for (var i = 0; i < 2000; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"host{i}", scene.Now));
            scene.Settle();
        }

        scene.Advance(2);
        for (var i = 0; i < 100; i++)
        {
            var client = alpha.Query.Connect("10.0.0.8");
            client.Reads = false;
            client.Says("watch\n");
            scene.Settle();
        }

        Assert.InRange(alpha.Replies.Bytes, 1 << 18, 4 << 20);
    }

    [Fact]
    public void Who_watches_and_has_read_all_does_not_give_way_to_who_comes()
    {
        var watcher = alpha.Query.Connect("10.0.0.8").Says("watch\n");
        scene.Settle();
        scene.Advance(5);
        var silent = alpha.Query.Connect("10.0.0.8");
        scene.Advance(0.1);
        for (var i = 1; i < QueryLimits.ConnectionsFromOneAddress; i++) alpha.Query.Connect("10.0.0.8");
        scene.Settle();
        Assert.True(silent.IsClosed);
        Assert.False(watcher.IsClosed);
    }

    // The board showed the host as down, and then it was told to go down once more.
    [Fact]
    public void What_a_newcomer_has_on_its_board_is_not_told_again()
    {
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Watches();
        scene.Advance(660);
        var newcomer = Watches();
        scene.Advance(5);
        Assert.Equal(
            newcomer.Lines[0].Contains("\"state\":\"down\"", StringComparison.Ordinal) ? 0 : 1,
            Events(newcomer).Count(line => line == "down beta"));
    }

    [Fact]
    [Trait("Limit", "watchers")]
    public void There_are_at_most_256_watchers_and_the_next_is_told_so()
    {
        for (var i = 0; i < QueryLimits.Watchers; i++)
        {
            alpha.Query.Connect($"10.0.0.{i % 200 + 1}").Says("watch\n");
            scene.Settle();
        }

        Assert.Equal("error: busy: too many watch already; try again later\n", Watches().Text);
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Equal(QueryLimits.Watchers + 1, alpha.Counters.AskedCount);
    }
}
