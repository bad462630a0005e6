using System.Net;
using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>The socket's owner: what it refuses, and what it does when the socket dies.</summary>
public sealed class SocketTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    /// <summary>Sources and bytes of section "What a receiver accepts" that are a matter of source or length.</summary>
    [Theory]
    [InlineData("10.0.0.9", 513, Rejection.None)]
    [InlineData("10.0.0.9", 0, Rejection.SourcePort)]
    [InlineData("10.0.0.9", 514, Rejection.SourcePort)]
    [InlineData("10.0.0.9", 1024, Rejection.SourcePort)]
    [InlineData("10.0.0.1", 513, Rejection.OwnAddress)]
    [InlineData("10.0.0.1", 1024, Rejection.OwnAddress)]
    public void A_datagram_counts_by_its_source(string from, int port, Rejection expected)
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject(from, port, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.Equal(expected == Rejection.None, alpha.IsUp("beta"));
        foreach (var rejection in Enum.GetValues<Rejection>().Except([Rejection.None]))
        {
            var ownBroadcast = rejection == Rejection.OwnAddress ? 1 : 0;
            Assert.Equal(ownBroadcast + (rejection == expected ? 1 : 0), alpha.Counters.Of(rejection));
        }
    }

    [Fact]
    public void A_short_datagram_is_short_whatever_port_it_comes_from()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var length = 0; length < 60; length++)
            scene.Lan.Inject("10.0.0.9", 7000 + length, Datagrams.Of("beta", scene.Now)[..length]);
        Assert.Equal(60, alpha.Counters.Of(Rejection.TooShort));
    }

    [Fact]
    public void With_any_port_other_ports_are_taken()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { AnyPort = true };
        alpha.Started();
        scene.Lan.Inject("10.0.0.9", 40000, Datagrams.Of("beta", scene.Now));
        scene.Advance(1);
        Assert.True(alpha.IsUp("beta"));
    }

    [Fact]
    public void A_source_on_no_connected_network_is_kept_as_off_net()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("192.0.2.7", 513, Datagrams.Of("far", scene.Now));
        scene.Lan.Inject("10.0.0.7", 513, Datagrams.Of("near", scene.Now));
        scene.Advance(1);
        Assert.Equal(Via.OffNet, alpha.Row("far")!.Via);
        Assert.Equal(Via.Lan, alpha.Row("near")!.Via);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_waits_at_the_start_is_taken_when_the_networks_are_known(int seed)
    {
        using var start = new Scene(seed);
        var alpha = start.Node("alpha", "10.0.0.1");
        var from = new IPEndPoint(IPAddress.Parse("10.0.0.7"), alpha.Settings.Port);
        alpha.Transport.Waiting.Add((from, Datagrams.Of("near", start.Now)));
        alpha.Started();
        start.Advance(1);
        Assert.Equal(Via.Lan, alpha.Row("near")!.Via);
    }

    [Fact]
    public void A_flood_of_refused_datagrams_is_a_line_a_minute_that_says_how_many()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Log.Clear();
        for (var second = 0; second < 120; second++)
        {
            for (var i = 0; i < 50; i++) scene.Lan.Inject("10.0.0.66", 1024, Datagrams.Of("x", scene.Now));
            var hostile = Datagrams.WithHostField(Datagrams.Of("x", scene.Now), "a/../b\u001b[2J");
            scene.Lan.Inject("10.0.0.67", 513, hostile);
            scene.Advance(1);
        }

        var lines = scene.Log.Where(line => line.StartsWith("datagrams refused", StringComparison.Ordinal)).ToList();
        Assert.InRange(lines.Count, 2, 3);
        Assert.Equal("datagrams refused: 50 from port 1024, not the who port (last from 10.0.0.66), "
            + "1 with a bad character in the host name (last from 10.0.0.67)", lines[0]);
        Assert.Equal(6000, alpha.Counters.Of(Rejection.SourcePort));
        Assert.All(scene.Log, line => Assert.DoesNotContain('\u001b', line));
    }

    [Fact]
    [Trait("Limit", "datagrams a second from one address")]
    [Trait("Limit", "datagrams at once from one address")]
    public void One_address_is_taken_at_its_rate_and_another_beside_it_loses_nothing()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { RateMax = 10 };
        alpha.Started();
        for (var second = 0; second < 10; second++)
        {
            for (var i = 0; i < 100; i++)
            {
                scene.Lan.Inject("10.0.0.66", 513, Datagrams.Of($"flood{second}-{i}", scene.Now));
                scene.Settle();
            }

            scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("good", scene.Now, load: second));
            scene.Advance(1);
        }

        var taken = alpha.Rows.Count(row => row.Host.ToString().StartsWith("flood", StringComparison.Ordinal));
        Assert.Equal(20 + 9 * 10, taken);
        Assert.Equal(1000 - 110, alpha.Counters.Of(Rejection.RateExceeded));
        Assert.Equal(9, alpha.Row("good")!.Status.Datagram.Load.One);
    }

    [Fact]
    [Trait("Limit", "addresses whose rate is watched")]
    public void Sources_beyond_count_are_watched_within_a_bound()
    {
        var table = new SourceTable(10, scene.Time);
        for (uint i = 0; i < 50_000; i++)
        {
            table.Find(DatagramSource.FromIPv4(0x0B000000 + i, 513), out var rejection);
            Assert.Equal(Rejection.None, rejection);
        }

        Assert.InRange(table.Count, 1, SourceTable.Capacity + 1);
    }

    [Fact]
    [Trait("Limit", "datagrams waiting for the table")]
    public void More_datagrams_than_the_table_can_be_given_are_left_to_the_system()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        for (var i = 0; i < ReceivePath.Batches + 5; i++)
            scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of($"h{i}", scene.Now));
        Assert.Equal(5, alpha.Transport.Lost);
        scene.Advance(1);
        scene.Lan.Inject("10.0.0.9", 513, Datagrams.Of("after", scene.Now));
        scene.Advance(1);
        Assert.True(alpha.IsUp("after"));
        Assert.Equal(5, alpha.Transport.Lost);
    }

    [Fact]
    public void Of_two_ports_that_another_node_has_that_of_the_network_is_told()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var other = new Scene(seed);
            var alpha = other.Node("alpha", "10.0.0.1");
            alpha.Transport.BindFault = SocketError.AddressAlreadyInUse;
            alpha.Query.ListenFault = SocketError.AddressAlreadyInUse;
            alpha.Started();
            Assert.IsType<NodeEvent.BindFailed>(alpha.Events[0]);
        }
    }

    [Fact]
    public void A_taken_port_at_the_start_is_told_and_nothing_is_announced()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Transport.BindFault = SocketError.AddressAlreadyInUse;
        alpha.Started();
        var failed = Assert.IsType<NodeEvent.BindFailed>(alpha.Events[0]);
        Assert.Equal(SocketError.AddressAlreadyInUse, failed.Error);
        Assert.False(alpha.IsReady);
        Assert.Empty(scene.Lan.Sent);
    }

    [Fact]
    public void Binding_is_tried_again_at_ever_longer_intervals_until_it_works()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Transport.BindFault = SocketError.AddressNotAvailable;
        alpha.Started();
        scene.Advance(60);
        Assert.InRange(alpha.Transport.Binds, 9, 11); // 0.1 + 0.2 + ... + 25.6, then every 30 s
        alpha.Transport.BindFault = null;
        scene.Advance(30);
        Assert.True(alpha.IsReady);
        Assert.Single(scene.Lan.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_socket_that_dies_is_closed_and_bound_anew_and_the_board_stays(bool whileReceiving)
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now));
        scene.Advance(10);
        if (whileReceiving) alpha.Transport.FailReceiving(SocketError.NotSocket);
        else alpha.Transport.SendFault = SocketError.NotSocket;
        scene.Advance(180);
        alpha.Transport.SendFault = null;
        scene.Advance(180);
        Assert.True(alpha.Transport.Binds >= 2 && alpha.Transport.IsBound);
        scene.Lan.Inject("10.0.0.2", 513, Datagrams.Of("beta", scene.Now, load: 7));
        scene.Advance(1);
        Assert.Equal(7, alpha.Row("beta")!.Status.Datagram.Load.One);
        var before = scene.Lan.Sent.Count;
        scene.Advance(180);
        Assert.Equal(before + 1, scene.Lan.Sent.Count);
        Assert.DoesNotContain(alpha.Events, told => told is NodeEvent.Lost);
        Assert.Equal(alpha.Transport.Binds - 1, alpha.Counters.SocketFailureCount);
    }

    [Theory]
    [InlineData(425_984, 1)]
    [InlineData(8_388_607, 1)]
    [InlineData(8_388_608, 0)]
    [InlineData(16_777_216, 0)]
    public void A_receive_buffer_that_is_too_small_is_told_once_with_what_to_do(int bytes, int lines)
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Transport.ReceiveBufferBytes = bytes;
        alpha.Started();
        alpha.Transport.FailReceiving(SocketError.ConnectionAborted);
        scene.Advance(1);
        Assert.Equal(2, alpha.Transport.Binds);
        Assert.Equal(lines, scene.Log.Count(line => line == $"receive buffer of {bytes} bytes, 8388608 wanted: "
            + "bursts may be lost; set net.core.rmem_max to 4194304"));
        Assert.Equal(lines, scene.Log.Count(line => line.Contains("rmem_max", StringComparison.Ordinal)));
    }

    [Fact]
    public void Batches_of_an_earlier_socket_are_dropped()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        var earlier = alpha.Transport.Sink;
        alpha.Transport.FailReceiving(SocketError.NotSocket);
        scene.Advance(10);
        Assert.True(alpha.Transport.IsBound);
        earlier.Receive(Datagrams.Of("ghost", scene.Now),
            DatagramSource.From(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("10.0.0.9"), 513)));
        earlier.Flush();
        scene.Advance(10);
        Assert.Null(alpha.Row("ghost"));
    }

    [Fact]
    public void Weather_is_told_once_when_it_comes_and_once_when_it_goes()
    {
        var alpha = scene.Node("alpha", "10.0.0.1").Started();
        alpha.Transport.SendFault = SocketError.NetworkUnreachable;
        scene.Advance(1800);
        alpha.Transport.SendFault = null;
        scene.Advance(1800);
        Assert.Single(scene.Log, "network eth0: announcements do not go out: NetworkUnreachable");
        Assert.Single(scene.Log, "network eth0: announcements go out again");
        Assert.Equal(1, alpha.Transport.Binds);
        Assert.Equal(10, alpha.Counters.NotSentCount);
    }

    // Each announcement was worth two lines: one destination works, the other does not.
    [Fact]
    public void One_of_two_destinations_that_is_not_reached_is_told_once()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Networks = NetworkSelection.All with { MulticastTtl = 1 } };
        alpha.Transport.SendFaultAt = UdpGateway.MulticastGroup;
        alpha.Started();
        alpha.Transport.SendFault = SocketError.NetworkUnreachable;
        scene.Advance(1800);
        alpha.Transport.SendFault = null;
        scene.Advance(1800);
        Assert.Single(scene.Log, "network eth0: announcements do not go out: NetworkUnreachable");
        Assert.Single(scene.Log, "network eth0: announcements go out again");
    }

    [Fact]
    public void A_network_that_fails_every_other_time_is_a_line_a_minute_at_most()
    {
        var alpha = scene.Node("alpha", "10.0.0.1");
        alpha.Settings = alpha.Settings with { Interval = TimeSpan.FromSeconds(1) };
        alpha.Started();
        for (var i = 0; i < 90; i++)
        {
            alpha.Transport.SendFault = SocketError.NetworkUnreachable;
            scene.Advance(1);
            alpha.Transport.SendFault = null;
            scene.Advance(1);
        }

        Assert.Equal(3, scene.Log.Count(line => line.Contains("do not go out", StringComparison.Ordinal)));
        Assert.InRange(scene.Log.Count(line => line.Contains("go out again", StringComparison.Ordinal)), 1, 3);
    }
}
