using System.Globalization;
using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>
/// Nodes under every fault at once, at random: forged, copied and broken datagrams, sockets, disks, probes and log
/// lines that fail, nodes that stop and start. Two announcements after the last fault everything is right again.
/// </summary>
/// <remarks>RWHO_SOAK_SEEDS=500 tries so many seeds.</remarks>
public sealed class SoakTests : IDisposable
{
    private const int Nodes = 4;
    private const int SmallTable = 10; // of the last node, for which more hosts are invented than it may keep
    private const int IntervalSeconds = 60;
    private const int Steps = 80;

    // The node's own lines, but for the two of the root, whose failure ends a program.
    private static readonly int[] LinesThatMayThrow =
        [101, 103, 104, 110, 111, 112, 113, 120, 121, 123, 124, 125, 126, 127, 130, 131, 132];

    private Scene scene = new();
    private Random random = new(0);
    private List<TestNode> nodes = [];
    private readonly HashSet<TestNode> running = [];
    private readonly List<byte[]> heard = [];

    public static TheoryData<int> Seeds()
    {
        var count = Environment.GetEnvironmentVariable("RWHO_SOAK_SEEDS") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : 20;
        return [.. Enumerable.Range(1, count)];
    }

    public void Dispose() => scene.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_announcements_after_the_last_fault_everything_is_right(int seed)
    {
        scene.Dispose();
        (scene, random) = (new Scene(seed), new Random(seed));
        nodes = [.. Enumerable.Range(1, Nodes).Select(Node)];
        foreach (var node in nodes) Start(node);
        for (var step = 0; step < Steps; step++)
        {
            for (var i = random.Next(4); i > 0; i--) Happen();
            scene.Advance(random.NextDouble() * random.Next(1, 60));
        }

        foreach (var node in nodes) Heal(node);
        foreach (var node in nodes.Except(running).ToList()) Start(node);
        scene.Advance(Backoff.Longest.TotalSeconds + 2 * IntervalSeconds + 5);
        foreach (var node in nodes) Check(node);
        foreach (var node in nodes) CheckThatNoBatchIsLost(node);
    }

    private TestNode Node(int number)
    {
        var node = scene.Node($"n{number}", $"10.0.0.{number}");
        node.Settings = node.Settings with
        {
            Interval = TimeSpan.FromSeconds(IntervalSeconds),
            HostsMax = number == Nodes ? SmallTable : 1000,
        };
        return node;
    }

    private void Start(TestNode node)
    {
        running.Add(node);
        node.Started();
    }

    private void Stop(TestNode node)
    {
        running.Remove(node);
        node.Stop();
        Assert.IsType<NodeEvent.Stopped>(node.Events[^1]);
        Assert.False(node.Transport.IsBound);
    }

    private void Happen()
    {
        switch (random.Next(3))
        {
            case 0:
                Fail(nodes[random.Next(Nodes)]);
                break;
            default:
                scene.Lan.Inject($"10.0.0.{random.Next(50, 80)}", random.Next(20) == 0 ? 9 : 513, Datagram());
                break;
        }
    }

    private byte[] Datagram()
    {
        var kind = random.Next(8);
        if (kind == 0 && heard.Count > 0) return heard[random.Next(heard.Count)];
        if (kind == 1)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }

        var name = random.Next(6) == 0 ? $"n{random.Next(1, Nodes + 1)}" : $"h{random.Next(30)}";
        var sent = kind == 2 ? random.NextInt64(1L << 32) : scene.Now;
        var booted = Scene.Start - 86400 - (kind == 3 ? random.Next(3) * 1000 : 0);
        heard.Add(Datagrams.Of(name, sent, booted, random.Next(1000)));
        return heard[^1];
    }

    private void Fail(TestNode node)
    {
        switch (random.Next(12))
        {
            case 0:
                node.Spool.Fault = OneOf<Exception>(new IOException("disk"), new InvalidOperationException("spool"));
                break;
            case 1:
                node.Spool.ReadFault = OneOf<Exception>(new IOException("disk"));
                break;
            case 2:
                node.Transport.SendFault = OneOf(SocketError.NotSocket, SocketError.NetworkUnreachable);
                break;
            case 3:
                if (node.Transport.IsBound) node.Transport.FailReceiving(SocketError.NotSocket);
                break;
            case 4:
                node.Transport.BindFault = OneOf(SocketError.AddressAlreadyInUse);
                break;
            case 5:
                node.Transport.UnknownBindFault = OneOf<Exception>(new InvalidOperationException("bind"));
                break;
            case 6:
                node.Transport.MembershipFault = OneOf(SocketError.NoBufferSpaceAvailable);
                break;
            case 7:
                node.Networks.Fault = OneOf<Exception>(new IOException("networks"));
                break;
            case 8:
                node.Networks.Change(Toggle);
                break;
            case 9:
                node.Host.Fault = OneOf<Exception>(new IOException("probe"));
                break;
            case 10:
                node.Logger.ThrowAt =
                    random.Next(2) == 0 ? null : LinesThatMayThrow[random.Next(LinesThatMayThrow.Length)];
                break;
            default:
                if (running.Contains(node)) Stop(node);
                else Start(node);
                break;
        }
    }

    private static void Toggle(List<Rwho.Actors.Networks.InterfaceAddress> interfaces)
    {
        if (interfaces.Count > 1) interfaces.RemoveAt(1);
        else interfaces.Add(TestNode.Ethernet("eth1", 3, "10.7.0.1"));
    }

    private T? OneOf<T>(params T[] faults)
        where T : class => random.Next(2) == 0 ? null : faults[random.Next(faults.Length)];

    private SocketError? OneOf(params SocketError[] faults) =>
        random.Next(2) == 0 ? null : faults[random.Next(faults.Length)];

    private static void Heal(TestNode node)
    {
        node.Spool.Fault = node.Spool.ReadFault = node.Transport.UnknownBindFault = null;
        node.Transport.SendFault = node.Transport.BindFault = node.Transport.MembershipFault = null;
        node.Networks.Fault = node.Host.Fault = null;
        node.Logger.ThrowAt = null;
    }

    private void Check(TestNode node)
    {
        Assert.True(node.IsReady, $"{node.Settings.Name} is not ready");
        Assert.DoesNotContain(node.Events, told => told is NodeEvent.Lost);
        Assert.InRange(node.Rows.Length, 1, node.Settings.HostsMax);
        Assert.Equal(Via.Self, node.Row(node.Settings.Name.ToString())!.Via);
        Assert.Equal(node.Networks.Interfaces.Select(at => at.Index).Order(), node.Transport.Memberships.Order());
        foreach (var other in nodes)
        {
            if (node.Settings.HostsMax == SmallTable && other != node) continue; // full of hosts that may not give way
            var row = node.Row(other.Settings.Name.ToString());
            Assert.True(row is not null && scene.Now - row.Status.ReceiveTime <= IntervalSeconds + 1,
                $"{other.Settings.Name} is not up at {node.Settings.Name}");
        }

        var content = new byte[WhodLayout.MaxBytes];
        Assert.Equal(node.Rows.Select(row => SpoolFile.NameOf(row.Host)).Order(), node.Spool.Files.Keys.Order());
        foreach (var row in node.Rows)
        {
            if (scene.Now - row.Status.ReceiveTime <= 1) continue; // a file may be a second behind
            var length = SpoolFile.Write(row.Status, content);
            Assert.Equal(content[..length], node.Spool.Files[SpoolFile.NameOf(row.Host)]);
        }
    }

    private void CheckThatNoBatchIsLost(TestNode node)
    {
        var (lost, taken) = (node.Transport.Lost, node.Counters.ValidCount);
        const int Datagrams = 3 * Rwho.Actors.Udp.ReceivePath.Batches;
        for (var i = 0; i < Datagrams; i++)
        {
            scene.Lan.Inject("10.0.0.90", 513, Rwho.Tests.Actors.Datagrams.Of("h0", scene.Now, load: i));
            scene.Settle();
        }

        Assert.Equal(lost, node.Transport.Lost);
        Assert.Equal(taken + Datagrams, node.Counters.ValidCount);
    }
}
