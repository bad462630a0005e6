using System.Globalization;
using System.Net;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Whatever neighbours and strangers say in type 2: the node goes on, within its bounds.</summary>
public sealed class NeighbourFuzzTests
{
    private static readonly int Messages = int.Parse(
        Environment.GetEnvironmentVariable("RWHO_FUZZ_MESSAGES") ?? "50000", CultureInfo.InvariantCulture);

    private static readonly string[] Sources = ["10.0.2.1", "10.0.3.7", "10.0.3.8", "192.0.2.66", "10.0.1.7"];

    [Fact]
    public void No_message_makes_a_node_fail_or_pass_its_bounds()
    {
        using var scene = new Scene();
        var random = new Random(11);
        var node = scene.Node("a", "10.0.1.1");
        node.Settings = node.Settings with
        {
            Neighbours = [new NeighbourAddress("10.0.2.1", 0)],
            AcceptNeighbours = [IPNetwork.Parse("10.0.3.0/24")],
            Forward = true,
            HostsMax = 500,
        };
        node.Started();
        scene.Advance(3);
        for (var i = 0; i < Messages; i++)
        {
            var from = random.Next(10) == 0 ? $"10.0.3.{random.Next(1, 255)}" : Sources[random.Next(Sources.Length)];
            var port = random.Next(10) == 0 ? random.Next(1, 65536) : 513;
            node.Transport.Deliver(new IPEndPoint(IPAddress.Parse(from), port), Message(random, scene));
            if (i % 16 == 0) scene.Settle();
            if (i % 256 == 0) scene.Advance(random.Next(0, 3));
            if (i % 5000 == 0) scene.Lan.Sent.Clear();
        }

        scene.Advance(5);
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal)
            || line.Contains("failed", StringComparison.Ordinal) || line.Contains("restart", StringComparison.Ordinal));
        Assert.InRange(node.Rows.Length, 1, 500);
        Assert.All(node.Rows, row => Assert.True(row.Status.ReceiveTime <= scene.Now));
        Assert.Contains(node.Rows, row => row.Via == Rwho.Actors.Hosts.Via.Neighbour);
        scene.Advance(WhoTime.DownAfterSeconds); // a full table has no room for a new name while all are up
        node.Transport.Deliver(
            IPEndPoint.Parse("10.0.2.1:513"), NeighbourMessage.Record(1, 0, Datagrams.Of("last", scene.Now)));
        scene.Advance(1);
        Assert.True(node.IsUp("last"));
    }

    private static byte[] Message(Random random, Scene scene)
    {
        var status = Datagrams.Of($"h{random.Next(1000)}", scene.Now + random.Next(-100_000, 100_000));
        var cookies = new Cookies(random.Next(3) == 0 ? 0 : (ulong)random.NextInt64(), (ulong)random.Next(3));
        var message = random.Next(5) switch
        {
            0 => NeighbourMessage.Hello(cookies, random.Next(2) == 0),
            1 => NeighbourMessage.Cookie(cookies),
            2 => NeighbourMessage.Board(random.Next()),
            _ => NeighbourMessage.Record((byte)random.Next(256), Age(random), status),
        };
        for (var flips = random.Next(4) == 0 ? random.Next(1, 5) : 0; flips > 0; flips--)
            message[random.Next(2, message.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? message[..random.Next(message.Length)] : message;
    }

    private static uint Age(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => (uint)random.Next(1_000_000),
        2 => uint.MaxValue,
        _ => (uint)random.NextInt64(uint.MaxValue),
    };
}
