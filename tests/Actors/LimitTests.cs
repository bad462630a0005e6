using System.Net;
using Newtonsoft.Json.Linq;
using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>Limits that nobody passes, whatever is sent or asked; each is tested where it belongs, and here.</summary>
public sealed class LimitTests : IDisposable
{
    private const int Good = 20;
    private const int Table = 64;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void A_flood_of_invented_names_drives_out_no_host_that_is_up_and_each_is_still_heard()
    {
        var node = Small();
        Hear(node, load: 0);
        scene.Advance(1);
        Hear(node, load: 1);
        for (var second = 0; second < 400; second++)
        {
            for (var i = 0; i < 50; i++)
                Deliver(node, $"10.0.1.{50 + i}", 513, Datagrams.Of($"forged-{second}-{i}", scene.Now));
            if (second % 180 == 0) Hear(node, load: 2 + second);
            scene.Advance(1);
            foreach (var host in GoodHosts) Assert.True(node.IsUp(host), $"{host} after {second} s");
            Assert.InRange(node.Rows.Length, Good, Table);
        }

        foreach (var host in GoodHosts) Assert.Equal(362, node.Row(host)!.Status.Datagram.Load.One);
        Assert.InRange(node.Counters.Of(Observation.Accepted), 20_000, 30_000); // it was a flood
    }

    [Fact]
    public void Who_watches_a_flood_of_invented_names_has_to_remember_no_more_hosts_than_the_table()
    {
        const int Large = 3000; // more than are told at a time
        var node = scene.Node("a", "10.0.1.1");
        node.Settings = node.Settings with { HostsMax = Large, RateMax = 0 };
        node.Started();
        Hear(node, load: 0);
        scene.Advance(1);
        Hear(node, load: 1);
        var client = node.Query.Connect().Says("watch\n");
        for (var turn = 0; turn < 20; turn++)
        {
            for (var i = 0; i < Large; i++)
            {
                node.Transport.Deliver(new IPEndPoint(0x4201000a, 513), Datagrams.Of($"forged-{turn}-{i}", scene.Now));
                if (i % 50 == 49) scene.Settle();
            }

            if (turn == 10) Hear(node, load: 700);
            scene.Advance(0.1);
        }

        scene.Advance(10);
        var lines = client.Lines.Select(JObject.Parse).ToList();
        var known = lines[0]["hosts"]!.Select(Name).ToHashSet();
        var most = known.Count;
        foreach (var line in lines.Skip(1))
        {
            if ((string?)line["event"] == "forgotten") Assert.True(known.Remove(Name(line["host"]!)));
            else known.Add(Name(line["host"]!));
            most = Math.Max(most, known.Count);
        }

        Assert.Equal(Large, most);
        Assert.Equal(node.Rows.Select(row => row.Host.ToString()).Order(), known.Order());
        var heard = lines.Skip(1).Select(line => line["host"]!).Where(host => (double)host["load"]![0]! == 7);
        Assert.Equal(GoodHosts.Order(), heard.Select(Name).Order());

        static string Name(JToken host) => (string)host["name"]!;
    }

    [Fact]
    public void A_flood_of_names_that_are_each_heard_twice_is_refused_once_the_table_is_full()
    {
        var node = Small();
        Hear(node, load: 0);
        scene.Advance(1);
        Hear(node, load: 1);
        for (var i = 0; i < 2000; i++)
        {
            Deliver(node, "10.0.1.66", 513, Datagrams.Of($"forged-{i}", scene.Now));
            Deliver(node, "10.0.1.66", 513, Datagrams.Of($"forged-{i}", scene.Now + 1));
        }

        foreach (var host in GoodHosts) Assert.True(node.IsUp(host), host);
        Assert.Equal(Table, node.Rows.Length);
        Assert.True(node.Counters.Of(Observation.TableFull) > 3000);
    }

    [Fact]
    [Trait("Limit", "statuses held for a neighbour not known yet")]
    public void Until_it_is_known_what_a_neighbour_is_so_much_is_kept_for_it()
    {
        var a = scene.Node("a", "10.0.1.1");
        a.Settings = a.Settings with { Neighbours = [new NeighbourAddress("10.0.2.1", 0)] };
        a.Started();
        const int Heard = RelayLimits.SendsHeld + 100;
        for (var i = 0; i < Heard; i++) Deliver(a, "10.0.1.7", 513, Datagrams.Of($"h{i}", scene.Now));
        scene.Advance(1);
        Assert.InRange(a.Counters.NotForwardedCount, 100, 101); // its own row may be one of them
        scene.Advance(10);
        Assert.Equal(
            RelayLimits.SendsHeld, scene.Lan.Sent.Count(sent => sent.To.EndPoint.Address.ToString() == "10.0.2.1"
                && sent.Datagram[1] == WhodLayout.StatusType));
    }

    [Fact]
    [Trait("Limit", "addresses of one neighbour")]
    public void Of_a_neighbour_that_answers_from_ever_new_addresses_the_last_are_known()
    {
        var neighbours = new Neighbours([new NeighbourAddress("10.0.2.1", 0)], [], 513, () => 7);
        neighbours.Use(0, [IPAddress.Parse("10.0.2.1")], 0);
        var neighbour = Assert.Single(neighbours.All);
        for (var i = 2; i < 100; i++)
            neighbours.Answers(neighbour, new IPEndPoint(IPAddress.Parse($"10.0.2.{i}"), 513));
        Assert.Equal(RelayLimits.AddressesOfOne, neighbours.OthersOf(neighbour).Count());
        Assert.Same(neighbour, neighbours.Find(IPEndPoint.Parse("10.0.2.99:513")));
        Assert.Single(neighbours.All);
    }

    [Fact]
    [Trait("Limit", "messages of neighbours waiting")]
    public void More_messages_of_neighbours_than_may_wait_are_counted()
    {
        var a = scene.Node("a", "10.0.1.1");
        a.Settings = a.Settings with { Neighbours = [new NeighbourAddress("10.0.2.1", 0)], RateMax = 0 };
        a.Started();
        scene.Advance(1);
        var from = IPEndPoint.Parse("10.0.2.1:513");
        var hello = NeighbourMessage.Hello(new Cookies(3, 4), wantsBoard: false);
        for (var i = 0; i < RelayLimits.MessagesWaiting + 10; i++) a.Transport.Deliver(from, hello);
        Assert.Equal(10, a.Counters.Of(Rejection.RateExceeded));
        scene.Advance(1);
        a.Transport.Deliver(from, hello);
        Assert.Equal(10, a.Counters.Of(Rejection.RateExceeded));
    }

    [Fact]
    [Trait("Limit", "batches waiting for the relay")]
    public void A_relay_that_is_behind_is_told_so_much_and_what_is_more_is_counted()
    {
        var counters = new NodeCounters();
        var followers = new Followers(counters);
        followers.Add(ActorRefs.Nobody, copies: false);
        var status = new HeardStatus(
            Datagrams.Read(Datagrams.Of("h", scene.Now)), Via.Lan, IPAddress.Loopback, 513, true, 0, 0);
        for (var i = 0; i < RelayLimits.BatchesWaiting + 10; i++)
        {
            followers.Add(status);
            followers.Tell();
        }

        Assert.Equal(10, counters.NotForwardedCount);
        followers.Taken(ActorRefs.Nobody);
        followers.Add(status);
        followers.Tell();
        Assert.Equal(10, counters.NotForwardedCount);
    }

    /// <remarks>RWHO_SOAK_SEEDS=500 tries so many seeds.</remarks>
    [Theory]
    [MemberData(nameof(SoakTests.Seeds), MemberType = typeof(SoakTests))]
    public void No_stream_of_datagrams_and_requests_passes_a_limit(int seed)
    {
        var random = new Random(seed);
        var node = Small();
        node.Settings = node.Settings with
        {
            RateMax = 200,
            Forward = true,
            ConnectionsMax = 50,
            Neighbours = [new NeighbourAddress("10.0.2.1", 0)],
            AcceptNeighbours = [IPNetwork.Parse("10.0.3.0/24")],
        };
        node.Kill();
        node.Started();
        var clients = new List<MemoryClient>();
        for (var step = 0; step < 80; step++)
        {
            for (var i = random.Next(60); i > 0; i--)
            {
                node.Transport.Deliver(Source(random), Datagram(random));
                if (random.Next(4) == 0) scene.Settle();
            }

            for (var i = random.Next(30); i > 0; i--) Ask(random, node, clients);
            scene.Advance(random.NextDouble() * (random.Next(20) == 0 ? 200 : 1));
            Check(node);
        }

        foreach (var client in clients) client.Resets();
        scene.Advance(WhoTime.DownAfterSeconds + 60);
        Assert.Equal(0, node.Counters.OpenCount);
        node.Query.Connect().Says("version\n").Ends();
        scene.Settle();
        Assert.InRange(node.Replies.Bytes, 1, 8192); // of this one alone
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
        Deliver(node, "10.0.1.7", 513, Datagrams.Of("last", scene.Now));
        Assert.True(node.IsUp("last"));
    }

    private static IEnumerable<string> GoodHosts => Enumerable.Range(0, Good).Select(i => $"good{i}");

    private TestNode Small()
    {
        var node = scene.Node("a", "10.0.1.1");
        node.Settings = node.Settings with { HostsMax = Table };
        return node.Started();
    }

    private void Hear(TestNode node, int load)
    {
        foreach (var host in GoodHosts) Deliver(node, "10.0.1.7", 513, Datagrams.Of(host, scene.Now, load: load));
    }

    private void Deliver(TestNode node, string from, int port, byte[] datagram)
    {
        node.Transport.Deliver(new IPEndPoint(IPAddress.Parse(from), port), datagram);
        scene.Settle();
    }

    private static void Check(TestNode node)
    {
        var settings = node.Settings;
        Assert.InRange(node.Rows.Length, 1, settings.HostsMax);
        Assert.InRange(node.Spool.Files.Count, 0, settings.HostsMax);
        Assert.InRange(node.Counters.OpenCount, 0, settings.ConnectionsMax);
        Assert.InRange(node.Replies.Bytes, 0, QueryLimits.ReplyBytes);
        Assert.InRange(node.Neighbours.Count, 0, RelayLimits.Neighbours);
        Assert.All(node.Rows, row => Assert.InRange(row.Status.Datagram.Bytes.Length, 60, WhodLayout.MaxBytes));
    }

    private static IPEndPoint Source(Random random) => new(
        random.Next(4) switch
        {
            0 => IPAddress.Parse("10.0.2.1"),
            1 => IPAddress.Parse($"10.0.3.{random.Next(1, 255)}"),
            2 => IPAddress.Parse($"10.0.1.{random.Next(2, 255)}"),
            _ => new IPAddress((uint)random.Next()),
        },
        random.Next(4) == 0 ? random.Next(65536) : 513);

    private byte[] Datagram(Random random)
    {
        var host = random.Next(3) == 0 ? $"h{random.Next(100)}" : $"forged{random.Next()}";
        var status = Datagrams.Of(host, scene.Now + random.Next(-2, 3) * random.Next(1_000_000), load: random.Next());
        var cookies = new Cookies((ulong)random.NextInt64(), (ulong)random.NextInt64());
        var bytes = random.Next(6) switch
        {
            0 => NeighbourMessage.Hello(cookies, random.Next(2) == 0),
            1 => NeighbourMessage.Cookie(cookies),
            2 => NeighbourMessage.Record((byte)random.Next(256), (uint)random.Next(2_000_000), status),
            3 => RandomBytes(random),
            _ => status,
        };
        if (random.Next(3) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(10) == 0 ? bytes[..random.Next(1, bytes.Length + 1)] : bytes;
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 1600)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Ask(Random random, TestNode node, List<MemoryClient> clients)
    {
        string[] requests = ["ruptime\n", "rwho -a\n", "json\n", "watch\n", "stats\n", "why a\n", "x", ""];
        if (clients.Count > 0 && random.Next(3) == 0)
        {
            var known = clients[random.Next(clients.Count)];
            if (random.Next(2) == 0) known.Resets();
            else known.Says(new string('y', random.Next(2000)));
            return;
        }

        var client = node.Query.Connect(random.Next(3) == 0 ? null : $"10.0.1.{random.Next(2, 255)}");
        client.Reads = random.Next(2) == 0;
        var request = requests[random.Next(requests.Length)];
        clients.Add(client.Says(request + (random.Next(5) == 0 ? new string('z', random.Next(600)) : "")));
    }
}
