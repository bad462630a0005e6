using Rwho.Actors.Spool;

namespace Rwho.Tests.Actors;

/// <summary>A disk that fails: what is tried, how often, what is told, and that all is there afterwards.</summary>
public sealed class SpoolFaultTests : IDisposable
{
    private const StringComparison Same = StringComparison.Ordinal;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    private static SpoolException Full => new("No space left on device; make room", isWhole: true);

    private static SpoolException InTheWay => new("a directory is in its place", isWhole: false);

    private int Lines(string start) => scene.Log.Count(line => line.StartsWith(start, Same));

    private void Hear(int hosts, int load = 0)
    {
        for (var i = 0; i < hosts; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of($"h{i}", scene.Now, load: load));
            scene.Settle();
        }
    }

    // Each of them was tried, every ten seconds and with each change.
    [Fact]
    public void While_the_spool_takes_nothing_one_file_is_tried_every_ten_seconds_however_many_wait()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        Hear(1000);
        scene.Advance(5);
        alpha.Spool.FullFault = Full;
        var before = alpha.Spool.Tries;
        for (var minute = 0; minute < 10; minute++)
        {
            Hear(1000, load: minute);
            scene.Advance(60);
        }

        Assert.InRange(alpha.Spool.Tries - before, 60, 62);
        Assert.InRange(Lines("cannot write to the spool: No space left on device; make room."), 10, 11);
        alpha.Spool.FullFault = null;
        scene.Advance(10);
        Assert.Equal(9, alpha.Spool.Read("h999", scene.Now)!.Value.Datagram.Load.One);
        Assert.Equal(1001, alpha.Spool.Files.Count);
        Assert.Equal(1, scene.Log.Count(line =>
            line.StartsWith("the spool is whole again after ", Same) && line.EndsWith("written late: 1001", Same)));
    }

    [Fact]
    public void What_waits_is_told_by_the_stats_and_counted_once()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        Assert.Contains("\"spool\":{\"ok\":true,\"failing_seconds\":null,\"unwritten\":0}", Stats(alpha), Same);
        alpha.Spool.FullFault = Full;
        Hear(3);
        scene.Advance(42);
        Assert.Contains("\"spool\":{\"ok\":false,\"failing_seconds\":42,\"unwritten\":3}", Stats(alpha), Same);
        Assert.Contains("\"not_spooled\":3,", Stats(alpha), Same);
        alpha.Spool.FullFault = null;
        scene.Advance(10);
        Assert.Contains("\"spool\":{\"ok\":true,\"failing_seconds\":null,\"unwritten\":0}", Stats(alpha), Same);
    }

    [Fact]
    public void One_file_that_cannot_be_written_holds_up_no_other()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        alpha.Spool.FaultOf["h0"] = InTheWay;
        for (var i = 0; i < 10; i++)
        {
            Hear(3, load: i);
            scene.Advance(30);
            Assert.Equal(i, alpha.Spool.Read("h2", scene.Now)!.Value.Datagram.Load.One);
        }

        Assert.InRange(Lines("cannot write whod.h0 in the spool: a directory is in its place."), 5, 6);
        alpha.Spool.FaultOf.Clear();
        scene.Advance(10);
        Assert.Equal(9, alpha.Spool.Read("h0", scene.Now)!.Value.Datagram.Load.One);
        Assert.Equal(1, Lines("the spool is whole again"));
    }

    [Fact]
    public void Of_very_many_files_that_cannot_be_written_some_are_tried_at_a_time_and_all_in_turn()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        for (var i = 0; i < 300; i++) alpha.Spool.FaultOf[$"h{i}"] = InTheWay;
        Hear(300);
        scene.Advance(2);
        var before = alpha.Spool.Tries;
        alpha.Spool.FaultOf.Remove("h299");
        scene.Advance(60);
        Assert.InRange(alpha.Spool.Tries - before, 1, 6 * (SpoolActor.FailuresAtATime + 1) + 1);
        Assert.NotNull(alpha.Spool.Read("h299", scene.Now));
    }

    [Fact]
    public void A_directory_made_again_gets_every_host_and_its_own_are_read()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        Hear(20);
        scene.Advance(300);
        alpha.Spool.Files.Clear();
        alpha.Spool.Put("earlier", scene.Now - 500);
        alpha.Spool.IsReplaced = true;
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("h0", scene.Now));
        scene.Advance(3);
        Assert.Equal(22, alpha.Spool.Files.Count);
        Assert.Equal(1, Lines("the spool is another directory than before"));
        Assert.NotNull(alpha.Row("earlier"));
    }

    [Fact]
    public void A_spool_that_is_emptied_gets_every_host_again_also_who_is_down()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        Hear(20);
        scene.Advance(1000);
        alpha.Spool.Files.Clear();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("h0", scene.Now));
        scene.Advance(3);
        Assert.Equal(21, alpha.Spool.Files.Count);
        Assert.False(alpha.IsUp("h19"));
    }

    [Fact]
    public void Whoever_keeps_deleting_files_costs_no_more_than_one_renewal_a_minute()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        Hear(50);
        scene.Advance(30);
        var before = alpha.Spool.Writes.Count;
        for (var i = 0; i < 60; i++)
        {
            alpha.Spool.Files.Remove("whod.h7");
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("h0", scene.Now));
            scene.Advance(10);
        }

        Assert.InRange(Lines("files are missing from the spool"), 9, 11);
        Assert.InRange(alpha.Spool.Writes.Count - before, 9 * 51, 11 * 51 + 70);
    }

    [Fact]
    public void A_spool_that_cannot_be_read_at_the_start_is_read_when_it_can_be()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Spool.Put("earlier", scene.Now - 100);
        alpha.Spool.ReadFault = new UnauthorizedAccessException("Access to the path is denied");
        alpha.Started();
        scene.Advance(60);
        Assert.True(alpha.IsReady && alpha.IsUp("alpha"));
        Assert.Null(alpha.Row("earlier"));
        alpha.Spool.ReadFault = null;
        scene.Advance(15);
        Assert.NotNull(alpha.Row("earlier"));
        Assert.NotNull(alpha.Spool.Read("alpha", scene.Now));
    }

    [Fact]
    public void A_host_that_goes_while_the_spool_takes_nothing_is_deleted_afterwards()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Forget = TimeSpan.FromHours(1) };
        alpha.Started();
        Hear(1);
        scene.Advance(10);
        alpha.Spool.FullFault = Full;
        scene.Advance(8000);
        Assert.Null(alpha.Row("h0"));
        Assert.Contains("whod.h0", alpha.Spool.Files.Keys);
        alpha.Spool.FullFault = null;
        scene.Advance(10);
        Assert.Equal(["whod.alpha"], alpha.Spool.Files.Keys);
    }

    private string Stats(TestNode node)
    {
        var client = node.Query.Connect().Says("stats\n");
        scene.Settle();
        return client.Text;
    }
}
