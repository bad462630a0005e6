using System.Net;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Tests;

/// <summary>What was recorded comes into a node with its times.</summary>
public sealed class ReplayTests
{
    private static readonly DateTimeOffset Start = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Fact]
    public void A_recording_gives_the_board_that_its_daemon_had()
    {
        using var replay = new Replay(
        [
            Datagram(0, "192.0.2.7", 513, Status("one", Start)),
            Datagram(90.5, "192.0.2.8", 513, Status("two", Start.AddSeconds(90))),
            Datagram(91, "192.0.2.9", 514, Status("wrongport", Start.AddSeconds(91))),
            Datagram(92, "192.0.2.9", 513, [1, 2, 3]),
            Datagram(700, "192.0.2.8", 513, Status("two", Start.AddSeconds(700))),
            Datagram(701, "2001:db8::1", 513, Status("six", Start)),
        ]);
        replay.Execute();
        Assert.Equal((5, 1), (replay.Count, replay.Skipped));
        var rows = replay.Node.Board.Rows.ToDictionary(row => row.Host.ToString());
        Assert.Equal(["one", "replay", "two"], rows.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Start.ToUnixTimeSeconds(), rows["one"].Status.ReceiveTime);
        Assert.Equal(Start.ToUnixTimeSeconds() + 700, rows["two"].Status.ReceiveTime);
        Assert.Equal(IPAddress.Parse("192.0.2.8"), rows["two"].Address);
        Assert.Equal(Rwho.Actors.Hosts.Via.Lan, rows["two"].Via);
        Assert.Equal(2, replay.Node.Counters.RejectedCount);
        var output = new StringWriter();
        replay.Print(output);
        Assert.StartsWith(
            "5 datagrams replayed, 1 skipped, 2 refused\none ", output.ToString(), StringComparison.Ordinal);
        Assert.Matches("(?m)^one +down ", output.ToString());
        Assert.Matches("(?m)^two +up ", output.ToString());
    }

    [Fact]
    public void A_recording_of_nothing_gives_an_empty_board()
    {
        using var replay = new Replay([]);
        replay.Execute();
        Assert.Equal(0, replay.Count);
    }

    private static byte[] Status(string host, DateTimeOffset sent) => WhodCodec.ToDatagram(new WhodStatus(
        HostName.FromField(System.Text.Encoding.ASCII.GetBytes(host)), WhoTime.Fold(sent.ToUnixTimeSeconds()),
        WhoTime.Fold(sent.ToUnixTimeSeconds() - 9000), default, [])).Bytes.ToArray();

    private static RecordedDatagram Datagram(double seconds, string from, int port, byte[] payload) => new(
        Start.AddSeconds(seconds), new IPEndPoint(IPAddress.Parse(from), port), new IPEndPoint(IPAddress.Any, 513),
        payload);
}
