using System.Globalization;
using System.Net;
using System.Text;
using Rwho.Actors.Relays;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>
/// Random networks of relays and neighbours, loops included, with constant and with random delays: everything arrives
/// everywhere, crosses each link as often as the rules allow, and comes to an end.
/// </summary>
public sealed class TopologyTests
{
    private static readonly int Seeds = int.Parse(
        Environment.GetEnvironmentVariable("RWHO_RELAY_SEEDS") ?? "40", CultureInfo.InvariantCulture);

    [Fact]
    public void In_every_topology_all_is_delivered_bounded_and_ends()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var site = new RandomSite(seed);
            site.Check();
        }
    }

    // The worst case known: every relay hears both hosts of the name, in another order each.
    [Fact]
    public void Two_hosts_of_one_name_around_a_ring_of_three_relays_with_equal_delays_do_not_chase_each_other()
    {
        foreach (var delay in new[] { 0.0, 7.0 })
        {
            using var scene = new Scene();
            scene.Lan.Delay = (_, _) => delay;
            var relays = new[] { ("r1", 1, 2), ("r2", 2, 3), ("r3", 3, 1) }.Select(at =>
            {
                var node = scene.Node(at.Item1, $"10.0.{at.Item2}.{at.Item3}0").On($"10.0.{at.Item3}.{at.Item2}0");
                node.Settings = node.Settings with { Forward = true };
                return node.Started();
            }).ToList();
            scene.Advance(2);
            for (var round = 0; round < 4; round++)
            {
                var before = scene.Lan.Sent.Count;
                scene.Lan.Announce("10.0.1.99", Datagrams.Of("twin", scene.Now, Scene.Start - 1000));
                scene.Lan.Announce("10.0.2.99", Datagrams.Of("twin", scene.Now, Scene.Start - 90_000));
                scene.Advance(5);
                var sent = scene.Lan.Sent.Skip(before).Count(one => RandomSite.NameOf(one.Datagram) == "twin");
                Assert.InRange(sent, 2, 12);
                scene.Advance(175);
            }

            Assert.All(relays, relay => Assert.NotNull(relay.Row("twin")!.Conflict));
        }
    }
}

/// <summary>Nodes and networks drawn from a seed.</summary>
internal sealed class RandomSite : IDisposable
{
    private readonly Scene scene;
    private readonly Random random;
    private readonly int seed;
    private readonly List<TestNode> nodes = [];
    private readonly Dictionary<TestNode, List<int>> lansOf = [];
    private readonly HashSet<(int One, int Other)> links = [];
    private readonly int lans;

    public RandomSite(int seed)
    {
        this.seed = seed;
        scene = new Scene(seed);
        random = new Random(seed);
        lans = random.Next(2, 6);
        var delays = random.Next(3);
        scene.Lan.Delay = (_, _) => delays switch { 0 => 0, 1 => 5, _ => random.NextDouble() * 30 };
        var count = random.Next(3, 9);
        for (var i = 0; i < count; i++) Add(i);
        Connect();
        foreach (var node in nodes) node.Started();
        scene.Advance(10);
    }

    public void Dispose() => scene.Dispose();

    public static string NameOf(byte[] datagram) =>
        Encoding.ASCII.GetString(Inner(datagram), 12, 31).TrimEnd('\0');

    public void Check()
    {
        for (var round = 0; round < 3; round++)
        {
            var before = scene.Lan.Sent.Count;
            for (var lan = 0; lan < lans; lan++)
                scene.Lan.Announce($"10.0.{lan}.200", Datagrams.Of($"old{lan}", scene.Now, load: round));
            scene.Advance(10);
            CheckTraffic([.. scene.Lan.Sent.Skip(before).Where(sent => Inner(sent.Datagram).Length > 0
                && NameOf(sent.Datagram).StartsWith("old", StringComparison.Ordinal))]);
            scene.Advance(170);
        }

        foreach (var node in nodes)
            for (var lan = 0; lan < lans; lan++)
                Assert.True(
                    node.Row($"old{lan}")?.Status.Datagram.Load.One == 2,
                    $"seed {seed}: old{lan} on {node.Settings.Name}, {nodes.Sum(at => at.Transport.Lost)} lost");
        var quiet = scene.Lan.Sent.Count;
        scene.Advance(660 - 180);
        Assert.DoesNotContain(scene.Lan.Sent.Skip(quiet), sent =>
            Inner(sent.Datagram).Length > 0 && NameOf(sent.Datagram).StartsWith("old", StringComparison.Ordinal));
        for (var lan = 0; lan < lans; lan++)
        {
            Assert.All(nodes, node => Assert.True(node.IsUp($"old{lan}"), $"seed {seed}: up to its last second"));
        }

        scene.Advance(2);
        for (var lan = 0; lan < lans; lan++)
            Assert.All(nodes, node => Assert.False(node.IsUp($"old{lan}"), $"seed {seed}: down everywhere"));
    }

    /// <summary>The status in it: in itself, or in a record; empty for what carries none.</summary>
    private static byte[] Inner(byte[] datagram) =>
        NeighbourMessage.TryReadRecord(datagram, out _, out _, out var inner) ? inner.ToArray()
        : NeighbourMessage.Is(datagram) ? [] : datagram;

    private void CheckTraffic(IReadOnlyList<(IPAddress From, Destination To, byte[] Datagram)> sent)
    {
        foreach (var link in sent.GroupBy(one => (
            Convert.ToHexString(Inner(one.Datagram)), To: one.To.EndPoint.Address,
            From: IsLan(one.To) ? null : one.From)))
        {
            var lan = link.Key.To.GetAddressBytes()[2];
            var most = link.Key.From is null ? nodes.Count(node => lansOf[node].Contains(lan)) : 1;
            Assert.True(link.Count() <= most, $"seed {seed}: {link.Count()} copies to {link.Key.To}, {most} at most");
        }
    }

    private static bool IsLan(Destination to) => to.EndPoint.Address.GetAddressBytes()[3] == 255;

    private void Add(int i)
    {
        var on = new List<int> { i < lans ? i : random.Next(lans) };
        var node = scene.Node($"n{i}", $"10.0.{on[0]}.{i + 1}");
        for (var more = random.Next(3); more > 0; more--)
        {
            var lan = random.Next(lans);
            if (on.Contains(lan)) continue;
            on.Add(lan);
            node.On($"10.0.{lan}.{i + 1}");
        }

        node.Settings = node.Settings with { Forward = true };
        nodes.Add(node);
        lansOf.Add(node, on);
    }

    // Some neighbours at random, then as many as make one whole of it.
    private void Connect()
    {
        for (var more = random.Next(nodes.Count); more > 0; more--)
            Join(random.Next(nodes.Count), random.Next(nodes.Count));
        for (var i = 1; i < nodes.Count; i++)
            if (!Reached(0).Contains(i)) Join(Reached(0).Order().ElementAt(random.Next(Reached(0).Count)), i);
        for (var lan = 0; lan < lans; lan++)
        {
            if (nodes.Any(node => lansOf[node].Contains(lan))) continue;
            lansOf[nodes[0]].Add(lan);
            nodes[0].On($"10.0.{lan}.1");
        }
    }

    private void Join(int one, int other)
    {
        if (one == other || !links.Add((Math.Min(one, other), Math.Max(one, other)))) return;
        Name(one, other);
        Name(other, one);

        void Name(int from, int to) => nodes[from].Settings = nodes[from].Settings with
        {
            Neighbours = nodes[from].Settings.Neighbours.Add(
                new NeighbourAddress(AnyAddress(nodes[to]), 0)),
        };

        string AnyAddress(TestNode node) =>
            node.Transport.Addresses[random.Next(node.Transport.Addresses.Count)].ToString();
    }

    private HashSet<int> Reached(int start)
    {
        var reached = new HashSet<int> { start };
        var next = new Queue<int>([start]);
        while (next.TryDequeue(out var at))
            for (var i = 0; i < nodes.Count; i++)
                if ((links.Contains((Math.Min(at, i), Math.Max(at, i)))
                    || lansOf[nodes[at]].Intersect(lansOf[nodes[i]]).Any()) && reached.Add(i)) next.Enqueue(i);
        return reached;
    }
}
