using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>A node that could not hear calls nobody down for it, and says so.</summary>
public sealed class DeafnessTests : IDisposable
{
    private const int Down = WhoTime.DownAfterSeconds;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(60)]
    [InlineData(2 * 3600)]
    [InlineData(40 * 86400)]
    public void A_machine_that_slept_calls_nobody_down_for_it(int sleep)
    {
        var node = Heard("old");
        scene.Advance(Down - 30);
        node.Clock.Sleep(sleep);
        scene.Advance(10); // the next look, at the latest
        Assert.True(node.IsUp("old"));
        Assert.Contains(
            Log("did not run"), line => line.Contains($"for {sleep + 10} s", StringComparison.Ordinal));
        scene.Advance(10);
        Assert.Single(Log("this node hears again"));
        scene.Advance(31);
        Assert.False(node.IsUp("old")); // it really is silent
    }

    [Fact]
    public void Before_a_node_knows_that_it_slept_it_does_not_judge_either()
    {
        var node = Heard("old");
        scene.Advance(Down - 25);
        node.Clock.Sleep(3600);
        var reply = node.Query.Connect().Says("ruptime\n");
        scene.Settle();
        Assert.Contains("old           up", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_watches_is_told_of_nobody_s_end()
    {
        var node = Heard("old");
        var watcher = node.Query.Connect().Says("watch\n");
        scene.Advance(Down - 25);
        node.Clock.Sleep(3600);
        scene.Advance(20);
        Assert.DoesNotContain("\"down\",\"time\"", watcher.Text, StringComparison.Ordinal);
        scene.Advance(30);
        Assert.Contains("\"event\":\"down\"", watcher.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_was_down_before_stays_down()
    {
        var node = Heard("dead");
        scene.Advance(Down + 1);
        Assert.False(node.IsUp("dead"));
        node.Clock.Sleep(3600);
        scene.Advance(10);
        Assert.False(node.IsUp("dead"));
    }

    [Fact]
    public void The_spool_is_told_so_that_old_readers_call_nobody_down_either()
    {
        var node = Heard("old");
        scene.Advance(Down - 25);
        node.Clock.Sleep(3600);
        scene.Advance(12);
        var now = node.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.False(node.Spool.Read("old", now)!.Value.IsDown(now));
    }

    [Fact]
    public void What_it_passes_on_is_as_old_as_it_is()
    {
        var node = Heard("old");
        scene.Advance(300);
        node.Clock.Sleep(3600);
        scene.Advance(300);
        Assert.True(node.IsUp("old"));
        var row = node.Row("old")!;
        var elapsed = Moment.Now(node.Clock).ElapsedMilliseconds;
        Assert.InRange(elapsed - row.HeardMilliseconds, 4_200_000, 4_201_000);
    }

    [Fact]
    public void A_receive_buffer_that_overflows_is_no_silence_of_the_others()
    {
        var node = Heard("old");
        scene.Advance(Down - 40);
        for (var second = 0; second < 300; second += 5)
        {
            node.Transport.Drop(1);
            scene.Advance(5);
            Assert.True(node.IsUp("old"), $"after {second} s");
        }

        Assert.Equal(60, Stats(node, "kernel_drops"));
        Assert.Equal(300, Stats(node, "deaf_seconds"), 10.0);
        Assert.InRange(Log("datagrams were lost here").Count(), 4, 6); // a line a minute
        scene.Advance(60);
        Assert.False(node.IsUp("old"));
        Assert.NotEmpty(Log("this node hears again; it was deaf for"));
    }

    [Fact]
    public void A_loss_in_a_hundred_is_not_deafness()
    {
        var node = Heard("old");
        scene.Advance(Down - 40);
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 30; i++)
            {
                scene.Lan.Announce("10.0.1.8", Datagrams.Of("busy", scene.Now + i));
                scene.Settle();
            }

            if (second % 6 == 5) node.Transport.Drop(1);
            scene.Advance(1);
        }

        Assert.False(node.IsUp("old"));
        Assert.Equal(10, Stats(node, "kernel_drops"));
        Assert.Equal(0, Stats(node, "deaf_seconds"));
    }

    [Fact]
    public void Without_a_socket_time_is_no_silence_of_the_others()
    {
        var node = Heard("old");
        scene.Advance(Down - 40);
        node.Transport.BindFault = SocketError.AddressAlreadyInUse;
        node.Transport.FailReceiving(SocketError.Fault);
        scene.Advance(120);
        Assert.True(node.IsUp("old"));
        Assert.Contains(Log("without its socket"), line => line.Contains("heard nothing", StringComparison.Ordinal));
        node.Transport.BindFault = null;
        scene.Advance(70);
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(1);
        Assert.True(node.IsUp("old"));
        Assert.NotEmpty(Log("this node hears again"));
    }

    [Fact]
    public void Why_tells_how_much_of_the_silence_is_not_counted()
    {
        var node = Heard("old");
        scene.Advance(Down - 60);
        node.Clock.Sleep(3 * 3600);
        scene.Advance(20);
        var reply = node.Query.Connect().Says("why old\n");
        scene.Settle();
        Assert.Contains("old is up", reply.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Not counted: 3 hours since then in which this node could not hear.", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_failed_meanwhile_still_knows_who_was_heard()
    {
        var node = Heard("old");
        scene.Advance(Down - 60);
        node.Clock.Sleep(3600);
        scene.Advance(20);
        Assert.True(node.IsUp("old"));
        node.Clock.By = TimeSpan.FromHours(-5);
        scene.Advance(20);
        Assert.True(node.IsUp("old"));
        scene.Advance(60);
        Assert.False(node.IsUp("old"));
    }

    private TestNode Heard(string host)
    {
        var node = scene.Node("a", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of(host, scene.Now));
        scene.Advance(1);
        Assert.True(node.IsUp(host));
        return node;
    }

    private long Stats(TestNode node, string key)
    {
        var reply = node.Query.Connect().Says("stats\n");
        scene.Settle();
        return (long)Newtonsoft.Json.Linq.JObject.Parse(reply.Text)["hearing"]![key]!;
    }

    private IEnumerable<string> Log(string text) =>
        scene.Log.Where(line => line.Contains(text, StringComparison.Ordinal));
}
