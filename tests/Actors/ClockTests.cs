using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>Somebody sets this host's clock while the node runs.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(-2 * 3600)]
    [InlineData(2 * 3600)]
    [InlineData(-86_400 * 400L)]
    [InlineData(int.MaxValue)]
    public void Nobody_is_down_or_stays_up_for_it(long seconds)
    {
        var node = scene.Node("a", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        scene.Advance(300);
        Assert.True(node.IsUp("old"));

        node.Clock.By = TimeSpan.FromSeconds(seconds);
        scene.Advance(61); // a minute at most
        Assert.True(node.IsUp("old"));
        Assert.Equal(scene.Now + seconds - 361, node.Row("old")!.Status.ReceiveTime);
        scene.Advance(5);
        Assert.Equal(
            node.Row("old")!.Status.ReceiveTime, node.Spool.Read("old", scene.Now + seconds)!.Value.ReceiveTime);
        Assert.Contains(
            $"this host's clock was set by {seconds} s: what was heard before is as old as it was", scene.Log);

        scene.Advance(WhoTime.DownAfterSeconds - 300 - 66);
        Assert.True(node.IsUp("old"));
        scene.Advance(1);
        Assert.False(node.IsUp("old"));
    }

    [Fact]
    public void Nobody_stays_up_whose_file_is_from_before_the_clock_was_set_back()
    {
        var node = scene.Node("a", "10.0.1.1");
        node.Spool.Put("old", scene.Now + 40_000);
        node.Started();
        Assert.True(node.IsUp("old"));
        scene.Advance(2);
        Assert.Equal(scene.Now - 2, node.Spool.Read("old", scene.Now)!.Value.ReceiveTime);
        scene.Advance(WhoTime.DownAfterSeconds);
        Assert.False(node.IsUp("old"));
    }

    [Fact]
    public void A_clock_that_is_adjusted_little_by_little_moves_nothing_at_once()
    {
        var node = scene.Node("a", "10.0.1.1").Started();
        scene.Lan.Announce("10.0.1.7", Datagrams.Of("old", scene.Now));
        var received = scene.Now;
        for (var i = 0; i < 15; i++)
        {
            node.Clock.By += TimeSpan.FromMilliseconds(100);
            scene.Advance(10);
        }

        Assert.Equal(received, node.Row("old")!.Status.ReceiveTime);
        Assert.DoesNotContain(scene.Log, line => line.Contains("clock", StringComparison.Ordinal));
    }
}
