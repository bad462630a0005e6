using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Actors;

/// <summary>Each part of the node throws in turn: what goes on, what is lost, and that it heals.</summary>
public sealed class FaultTests : IDisposable
{
    private const int NameConflictLine = 120;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void A_table_that_fails_over_a_batch_drops_it_counts_it_and_goes_on_from_its_last_board()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(5);
        alpha.Logger.ThrowAt = NameConflictLine;
        ConflictOn(alpha);
        alpha.Logger.ThrowAt = null;
        scene.Advance(60);
        Assert.Equal(1, alpha.Counters.DroppedCount);
        Assert.True(alpha.IsUp("beta") && alpha.IsUp("twin") && alpha.IsUp("alpha"));
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 5));
        scene.Advance(2);
        Assert.Equal(5, alpha.Row("beta")!.Status.Datagram.Load.One);
        Assert.Equal(5, alpha.Spool.Read("beta", scene.Now)!.Value.Datagram.Load.One);
        Assert.DoesNotContain(alpha.Events, told => told is NodeEvent.Lost);
    }

    [Fact]
    public void However_often_the_table_fails_no_batch_is_lost_to_the_receive_thread()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Logger.ThrowAt = NameConflictLine;
        for (var i = 0; i < 3 * ReceivePath.Batches; i++)
        {
            ConflictOn(alpha, $"twin{i}");
            scene.Advance(120);
        }

        Assert.Equal(0, alpha.Transport.Lost);
        alpha.Logger.ThrowAt = null;
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(60);
        Assert.True(alpha.IsUp("beta"));
    }

    [Fact]
    public void A_spool_that_fails_beyond_input_and_output_comes_back_and_has_everything_again()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Advance(5);
        alpha.Spool.Fault = new InvalidOperationException("fault on purpose");
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(5);
        alpha.Spool.Fault = null;
        scene.Lan.Inject("10.0.0.3", 513, Datagrams.Of("gamma", scene.Now));
        scene.Advance(60);
        Assert.NotNull(alpha.Spool.Read("gamma", scene.Now));
        Assert.NotNull(alpha.Spool.Read("beta", scene.Now));
    }

    [Fact]
    public void A_system_that_does_not_tell_its_networks_is_asked_again_and_the_others_follow()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Networks.Fault = new IOException("fault on purpose");
        alpha.Networks.Change(list => list.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1")));
        scene.Advance(100);
        alpha.Networks.Fault = null;
        scene.Advance(100);
        Assert.Equal([2, 3], alpha.Transport.Memberships.Order());
        var before = scene.Lan.Sent.Count;
        scene.Advance(180);
        Assert.Contains(scene.Lan.Sent.Skip(before), sent => sent.To.ToString() == "10.0.0.255:513");
        Assert.Contains(scene.Lan.Sent.Skip(before), sent => sent.To.ToString() == "10.7.0.255:513");
    }

    [Fact]
    public void A_probe_that_fails_silences_this_host_only_until_it_works()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Host.Fault = new IOException("fault on purpose");
        scene.Advance(600);
        Assert.Single(scene.Lan.Sent);
        alpha.Host.Fault = null;
        scene.Advance(31);
        Assert.Equal(2, scene.Lan.Sent.Count);
        scene.Advance(180);
        Assert.Equal(3, scene.Lan.Sent.Count);
    }

    public static TheoryData<string> PartsThatFailAtTheStart() => ["networks", "spool", "host", "port", "multicast"];

    // Each of these was tried again at once and for ever: a processor full of log lines.
    [Theory]
    [MemberData(nameof(PartsThatFailAtTheStart))]
    public void A_part_that_fails_from_the_start_rests_between_its_tries_and_heals(string part)
    {
        const int MulticastFailedLine = 103;
        var alpha = scene.Node("alpha", "10.0.0.1");
        var fault = new InvalidOperationException("fault on purpose");
        if (part == "networks") alpha.Networks.Fault = fault;
        if (part == "spool") alpha.Spool.ReadFault = fault;
        if (part == "host") alpha.Host.Fault = fault;
        if (part == "port") alpha.Transport.UnknownBindFault = fault;
        if (part == "multicast") alpha.Transport.MembershipFault = SocketError.NoBufferSpaceAvailable;
        if (part == "multicast") alpha.Logger.ThrowAt = MulticastFailedLine;
        alpha.Started();
        scene.Advance(60);
        Assert.InRange(scene.Log.Count(line => line.Contains("starts again", StringComparison.Ordinal)), 8, 11);
        alpha.Networks.Fault = alpha.Host.Fault = alpha.Spool.ReadFault = alpha.Transport.UnknownBindFault = null;
        alpha.Transport.MembershipFault = null;
        scene.Advance(31 + 180);
        Assert.True(alpha.IsReady && alpha.IsUp("alpha"));
        Assert.Contains(2, alpha.Transport.Memberships);
        Assert.NotEmpty(scene.Lan.Sent);
    }

    [Fact]
    public void A_table_that_fails_while_it_is_filled_from_the_spool_leaves_no_node_waiting_for_it()
    {
        const int HostsForgottenLine = 121;
        for (var seed = 1; seed <= 20; seed++)
        {
            using var other = new Scene(seed);
            var alpha = other.Node("alpha", "10.0.0.1");
            alpha.Spool.Put("old", other.Now - (long)TimeSpan.FromDays(31).TotalSeconds);
            alpha.Spool.Put("beta", other.Now);
            alpha.Logger.ThrowAt = HostsForgottenLine;
            alpha.Started();
            other.Advance(1);

            // The first announcement, too, which the table was given at its worst moment.
            Assert.True(alpha.IsReady && alpha.IsUp("alpha") && alpha.IsUp("beta"), $"seed {seed}");
            Assert.Equal(["whod.alpha", "whod.beta"], alpha.Spool.Files.Keys.Order());
        }
    }

    [Fact]
    public void What_the_spool_sends_while_the_table_rests_is_not_lost()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var other = new Scene(seed);
            var alpha = other.Node("alpha", "10.0.0.1");
            alpha.Spool.Put("beta", other.Now);
            alpha.Spool.ReadFault = new IOException("fault on purpose");
            alpha.Started();
            alpha.Logger.ThrowAt = NameConflictLine;
            Conflict(other, "twin");
            alpha.Spool.ReadFault = null;
            other.Advance(60);
            Assert.True(alpha.IsReady && alpha.IsUp("beta"), $"seed {seed}");
        }
    }

    [Fact]
    public void Hosts_that_gave_way_just_before_the_table_failed_leave_no_file_behind()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { HostsMax = 4 };
        alpha.Started();
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("once1", scene.Now));
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("once2", scene.Now));
        scene.Advance(5);
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("once3", scene.Now));
        scene.Settle(); // written, and the spool asks again in a second
        alpha.Logger.ThrowAt = NameConflictLine;
        for (var i = 0; i < 4; i++)
            scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("twin", scene.Now + i, Scene.Start - 1000 - i % 2 * 5000));
        scene.Advance(60);
        Assert.Equal(alpha.Rows.Select(row => "whod." + row.Host).Order(), alpha.Spool.Files.Keys.Order());
    }

    [Fact]
    public void Rests_double_from_a_tenth_of_a_second_to_thirty_and_start_over_after_a_quiet_minute()
    {
        var backoff = new Backoff(scene.Time);
        var rests = new List<double>();
        for (var i = 0; i < 11; i++)
        {
            var rest = backoff.Next();
            rests.Add(rest.TotalSeconds);
            scene.Advance(rest.TotalSeconds);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], rests);
        scene.Advance(61);
        Assert.Equal(0.1, backoff.Next().TotalSeconds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_seed_gives_the_same_run(int seed)
    {
        Assert.Equal(Run(seed), Run(seed));

        static string Run(int seed)
        {
            using var scene = new Scene(seed);
            var nodes = Enumerable.Range(1, 4).Select(i => scene.Node($"n{i}", $"10.0.0.{i}").Started()).ToList();
            scene.Advance(1000);
            return string.Join("\n", scene.Log) + "\n" + string.Join("\n",
                nodes.SelectMany(node => node.Rows.Select(row => $"{row.Host} {row.Status.ReceiveTime} {row.Via}")));
        }
    }

    private void ConflictOn(TestNode node, string name = "twin")
    {
        Assert.NotNull(node);
        Conflict(scene, name);
    }

    private static void Conflict(Scene scene, string name)
    {
        for (var i = 0; i < 4; i++)
        {
            var booted = Scene.Start - 1000 - i % 2 * 5000;
            scene.Lan.Inject($"10.0.0.{7 + i % 2}", 513, Datagrams.Of(name, scene.Now + i, booted));
            scene.Advance(1);
        }
    }
}
