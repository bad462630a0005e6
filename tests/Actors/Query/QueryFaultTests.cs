using Rwho.Actors;
using Rwho.Actors.Hosts;

namespace Rwho.Tests.Actors.Query;

/// <summary>
/// Each part that serves clients throws in turn: what restarts, what ends, and what other clients see.
/// </summary>
public sealed class QueryFaultTests : IDisposable
{
    private const int NameConflictLine = 120;

    private static readonly InvalidOperationException Fault = new("fault on purpose");

    private readonly Scene scene = new();
    private readonly TestNode alpha;
    private readonly MemoryClient watcher;
    private readonly MemoryClient slow;

    public QueryFaultTests()
    {
        alpha = scene.Node("alpha", "10.0.0.1").Started();
        Hear("beta");
        watcher = Asks("watch\n");
        slow = Asks("rupt");
        Assert.Equal(2, alpha.Counters.OpenCount);
    }

    private int Restarts => scene.Log.Count(line => line.Contains("starts again", StringComparison.Ordinal));

    public void Dispose() => scene.Dispose();

    [Fact]
    public void A_session_that_throws_is_gone_with_its_connection_and_nothing_else()
    {
        var client = alpha.Query.Connect();
        client.Fault = Fault;
        client.Says("ruptime\n");
        scene.Settle();
        Assert.True(client.IsClosed);
        Assert.Empty(client.Text);
        Assert.Equal(2, alpha.Counters.OpenCount);
        Assert.Equal(0, Restarts);
        OthersAreServed();
    }

    [Fact]
    public void A_listener_that_throws_is_opened_anew_and_clients_come_back_to_the_same_board()
    {
        alpha.Query.ListenerFault = Fault;
        var caught = Asks("ruptime\n");
        alpha.Query.ListenerFault = null;
        Assert.True(caught.IsClosed && watcher.IsClosed && slow.IsClosed);
        Assert.Equal(0, alpha.Counters.OpenCount);
        Assert.Equal(0, alpha.Query.OpenListeners);
        Assert.Equal(1, Restarts);

        scene.Advance(1);
        Assert.Equal(1, alpha.Query.OpenListeners);
        Assert.Equal(2, Asks("ruptime\n").Lines.Length);
        Assert.Contains("beta", Asks("watch\n").Text, StringComparison.Ordinal);
        Hear("gamma");
        Assert.True(alpha.IsUp("gamma"));
        Assert.DoesNotContain(alpha.Events, told => told is NodeEvent.Lost);
    }

    [Fact]
    public void A_listener_that_throws_again_and_again_is_opened_ever_more_rarely()
    {
        alpha.Query.ListenerFault = Fault;
        Asks("ruptime\n");
        scene.Advance(60);
        Assert.InRange(Restarts, 8, 11);
        alpha.Query.ListenerFault = null;
        scene.Advance(31);
        Assert.Equal(2, Asks("ruptime\n").Lines.Length);
    }

    [Fact]
    public void While_the_table_rests_clients_have_its_last_board_and_watchers_miss_nothing()
    {
        alpha.Logger.ThrowAt = NameConflictLine;
        for (var i = 0; Restarts == 0 && i < 10; i++)
        {
            var booted = Scene.Start - 1000 - i % 2 * 5000;
            scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("twin", scene.Now + i, booted));
            scene.Settle();
        }

        alpha.Logger.ThrowAt = null;
        Assert.Equal(1, Restarts);
        Assert.Contains("beta", Asks("ruptime\n").Text, StringComparison.Ordinal);
        Assert.False(watcher.IsClosed || slow.IsClosed);
        scene.Advance(1);
        OthersAreServed();
    }

    [Fact]
    public void Who_asks_for_what_cannot_be_rendered_is_told_and_the_others_go_on()
    {
        alpha.Board.Publish(BoardSnapshot.Of([null!]));
        var asked = Asks("ruptime\n");
        Assert.Equal("error: busy: the node mends itself; try again", Assert.Single(asked.Lines));
        Assert.True(asked.HasEnd);
        Assert.Equal("error: busy: the node mends itself; try again", Assert.Single(Asks("version\n").Lines));
        Assert.Equal(1, Restarts);
        Assert.False(slow.IsClosed);

        Hear("beta");
        Assert.Single(Asks("version\n").Lines, line => line.StartsWith("rwhod ", StringComparison.Ordinal));
        Assert.Equal(2, Asks("ruptime\n").Lines.Length);
    }

    [Fact]
    public void When_the_watch_throws_its_clients_end_and_come_back_to_a_new_board()
    {
        alpha.Board.Publish(BoardSnapshot.Of([null!]));
        scene.Advance(0.15);
        Assert.True(watcher.IsClosed);
        Assert.False(slow.IsClosed);
        Assert.Equal("error: busy: the node mends itself; try again", Assert.Single(Asks("watch\n").Lines));

        Hear("beta");
        var again = Asks("watch\n");
        Hear("gamma");
        Assert.Equal(2, again.Lines.Length);
        Assert.Contains("\"event\":\"new\"", again.Lines[1], StringComparison.Ordinal);
    }

    /// <summary>The watcher and the slow client of before go on, and a new one is answered.</summary>
    private void OthersAreServed()
    {
        Hear("gamma");
        Assert.Contains("\"event\":\"new\",", watcher.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("gamma", watcher.Lines[^1], StringComparison.Ordinal);
        slow.Says("ime\n");
        scene.Settle();
        Assert.Contains("gamma", slow.Text, StringComparison.Ordinal);
        Assert.Equal(slow.Text, Asks("ruptime\n").Text);
    }

    private void Hear(string host)
    {
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of(host, scene.Now));
        scene.Advance(1);
    }

    private MemoryClient Asks(string request)
    {
        var client = alpha.Query.Connect().Says(request);
        scene.Settle();
        return client;
    }
}
