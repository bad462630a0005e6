using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>What is kept on disk, when, and what happens when the disk does not take it.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void The_first_status_of_a_host_is_written_at_once()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Settle();
        Assert.Equal(scene.Now, alpha.Spool.Read("beta", scene.Now)!.Value.ReceiveTime);
    }

    [Fact]
    public void A_files_host_is_written_at_most_once_a_second_and_is_at_most_a_second_behind()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var i = 0; i < 100; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: i + 1));
            scene.Advance(0.1);
            var written = alpha.Spool.Read("beta", scene.Now)?.Datagram.Load.One ?? 0;
            Assert.InRange(i + 1 - written, 0, 11);
        }

        scene.Advance(1);
        Assert.Equal(100, alpha.Spool.Read("beta", scene.Now)!.Value.Datagram.Load.One);
        Assert.InRange(alpha.Spool.Writes.Count(host => host == "beta"), 9, 12);
    }

    [Fact]
    public void A_spool_that_is_not_done_is_given_no_more_and_then_all_there_is()
    {
        var parts = scene.Node("alpha", "10.0.0.1").ToParts();
        var system = scene.CreateSystem(new RecordingLogger(scene.Log));
        var hosts = system.ActorOf(Spawn.Of(() => new HostsActor(parts, new Backoff(scene.Time))), "hosts");
        List<HostsProtocol.Changes> given = [];
        system.ActorOf(Spawn.Of(() => new SlowSpool(hosts, given)), "spool");
        scene.Settle();
        for (var i = 0; i < 60; i++)
        {
            hosts.Tell(new HostsProtocol.Announced(Datagrams.Read(Datagrams.Of("alpha", scene.Now, load: i))));
            scene.Advance(1);
        }

        Assert.Equal(0, Assert.Single(Assert.Single(given).Rows).Status.Datagram.Load.One);
        given[0].Done();
        scene.Advance(1);
        Assert.Equal(2, given.Count);
        Assert.Equal(59, Assert.Single(given[1].Rows).Status.Datagram.Load.One);
    }

    private sealed class SlowSpool : ReceiveActor
    {
        private readonly IActorRef hosts;

        public SlowSpool(IActorRef hosts, List<HostsProtocol.Changes> given)
        {
            this.hosts = hosts;
            Receive<HostsProtocol.Changes>(given.Add);
        }

        protected override void PreStart() => hosts.Tell(new HostsProtocol.FollowChanges(Everything: false));
    }

    [Fact]
    public void A_shorter_datagram_makes_a_shorter_file()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var many = WhodCodec.ToDatagram(new WhodStatus(Scene.Name("beta"), WhoTime.Fold(scene.Now), 1, default,
            [.. Enumerable.Range(0, 42).Select(i => WhodEntry.Create($"pts/{i}", "ann", 1, 1))]));
        scene.Lan.Inject("10.0.0.2", 513, many.Bytes.ToArray());
        scene.Advance(2);
        Assert.Equal(1068, alpha.Spool.Files["whod.beta"].Length);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(2);
        Assert.Equal(60, alpha.Spool.Files["whod.beta"].Length);
    }

    [Fact]
    public void After_a_restart_the_board_is_there_at_once()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(300);
        alpha.Stop();
        Assert.IsType<NodeEvent.Stopped>(alpha.Events[^1]);
        alpha.Started();
        Assert.True(alpha.IsUp("beta") && alpha.IsUp("alpha"));
        Assert.Equal(Via.Spool, alpha.Row("beta")!.Via);
        scene.Advance(351);
        Assert.False(alpha.IsUp("beta"));
    }

    [Fact]
    public void After_a_restart_a_late_copy_of_a_dead_hosts_last_words_is_still_a_copy()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var last = Datagrams.Of("gone", scene.Now);
        last[8] = 0xAB; // the receive time, which means nothing on the wire
        scene.Lan.Inject("10.0.0.2", 513, last);
        scene.Advance(700);
        alpha.Stop();
        alpha.Started();
        scene.Lan.Inject("10.0.0.50", 513, last);
        scene.Advance(1);
        Assert.False(alpha.IsUp("gone"));
    }

    [Fact]
    public void What_is_not_written_yet_is_written_when_the_node_stops()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 1));
        scene.Settle();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 2));
        scene.Settle();
        alpha.Root.Tell(NodeProtocol.Stop.Instance, ActorRefs.NoSender);
        scene.Settle();
        Assert.Equal(2, alpha.Spool.Read("beta", scene.Now)!.Value.Datagram.Load.One);
        Assert.IsType<NodeEvent.Stopped>(alpha.Events[^1]);
        Assert.False(alpha.Transport.IsBound);
    }

    [Fact]
    public void A_full_disk_is_a_line_a_minute_and_heals_by_itself()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        alpha.Spool.Fault = new IOException("No space left on device");
        for (var i = 0; i < 10; i++)
        {
            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: i));
            scene.Lan.Inject("10.0.0.3", 513, Datagrams.Of($"h{i}", scene.Now));
            scene.Advance(10);
        }

        Assert.True(alpha.IsUp("beta"));
        Assert.Equal(2, scene.Log.Count(line => line.Contains("No space left", StringComparison.Ordinal)));
        alpha.Spool.Fault = null;
        scene.Advance(11);
        Assert.Equal(9, alpha.Spool.Read("beta", scene.Now)!.Value.Datagram.Load.One);
        Assert.Equal(12, alpha.Spool.Files.Count);
        Assert.Single(scene.Log, line => line.StartsWith("the spool is whole again", StringComparison.Ordinal));
        Assert.True(alpha.Counters.NotSpooledCount > 0);
    }

    [Fact]
    public void Files_that_are_not_ours_are_left_alone()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        var other = Datagrams.Of("beta", scene.Now);
        var content = new byte[1068];
        var length = SpoolFile.Write(new HostStatus(Datagrams.Read(other), scene.Now), content);
        alpha.Spool.Files["whod.other"] = content[..length];
        alpha.Spool.Files["whod.short"] = content[..59];
        alpha.Spool.Files["whod.empty"] = [];
        var type = content[..length];
        type[1] = 2;
        alpha.Spool.Files["whod.beta"] = type;
        alpha.Started();
        scene.Advance(1);
        Assert.Equal("alpha", Assert.Single(alpha.Rows).Host.ToString());
        Assert.Equal(5, alpha.Spool.Files.Count);
        Assert.Contains("hosts in the spool: 0; files there that are not ours: 4", scene.Log);
    }

    [Fact]
    public void Files_beyond_the_hosts_that_are_kept_go_at_the_start_the_oldest_first()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { HostsMax = 4 };
        for (var i = 1; i <= 9; i++) alpha.Spool.Put($"h{i}", scene.Now - i);
        alpha.Started();
        scene.Advance(2);
        Assert.Equal(["whod.alpha", "whod.h1", "whod.h2", "whod.h3"], alpha.Spool.Files.Keys.Order());
        Assert.Equal(["alpha", "h1", "h2", "h3"], alpha.Rows.Select(row => row.Host.ToString()).Order());
    }

    [Fact]
    public void A_disk_that_works_again_when_the_node_stops_gets_what_it_did_not_take_before()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        alpha.Spool.Fault = new IOException("No space left on device");
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(5);
        alpha.Spool.Fault = null;
        alpha.Stop();
        Assert.NotNull(alpha.Spool.Read("beta", scene.Now));
    }

    // On a dead disk each invented name was kept as one to be deleted, for ever.
    [Fact]
    public void A_host_that_gives_way_before_it_was_ever_written_is_none_to_delete()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { HostsMax = 10 };
        alpha.Started();
        scene.Advance(5);
        alpha.Spool.Fault = new IOException("Input/output error");
        for (var i = 0; i < 100; i++)
        {
            scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of($"h{i}", scene.Now));
            scene.Advance(2);
        }

        Assert.Empty(alpha.Spool.Deletes);
        alpha.Spool.Fault = null;
        scene.Advance(11);
        Assert.Equal(alpha.Rows.Select(row => "whod." + row.Host).Order(), alpha.Spool.Files.Keys.Order());
    }

    [Fact]
    public void A_spool_file_of_a_host_silent_too_long_is_dropped_at_the_start()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        var content = new byte[1068];
        var heard = scene.Now - (long)TimeSpan.FromDays(31).TotalSeconds;
        var length = SpoolFile.Write(new HostStatus(Datagrams.Read(Datagrams.Of("old", heard)), heard), content);
        alpha.Spool.Files["whod.old"] = content[..length];
        alpha.Started();
        scene.Advance(1);
        Assert.Null(alpha.Row("old"));
        Assert.DoesNotContain("whod.old", alpha.Spool.Files.Keys);
    }
}
