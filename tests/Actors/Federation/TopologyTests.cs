using System.Globalization;

namespace Rwho.Tests.Actors.Federation;

/// <summary>
/// Random networks with random gateways, of which any may be cut off, killed, frozen or given up while hosts announce:
/// once that is over all boards agree.
/// </summary>
public sealed class TopologyTests
{
    private static readonly int Seeds = int.Parse(
        Environment.GetEnvironmentVariable("RWHO_FEDERATION_SEEDS") ?? "25", CultureInfo.InvariantCulture);

    [Fact]
    public void After_any_trouble_all_boards_agree_on_all_hosts_within_half_a_minute()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var site = new RandomFederation(seed);
            site.Check();
        }
    }
}

/// <summary>Gateways, and what happens to them, drawn from a seed.</summary>
internal sealed class RandomFederation : IDisposable
{
    private const int Rounds = 60;

    private readonly Scene scene;
    private readonly MemoryFederation federation;
    private readonly Random random;
    private readonly int seed;
    private readonly int lans;
    private readonly List<Place> places = [];
    private readonly Dictionary<string, int> heard = []; // the last load that a gateway was there to hear
    private int announced;

    public RandomFederation(int seed)
    {
        this.seed = seed;
        random = new Random(seed);
        scene = new Scene(seed);
        federation = new MemoryFederation(scene.Time);
        var delays = random.Next(3);
        federation.Delay = (_, _) => delays switch { 0 => 0, 1 => 20, _ => random.NextDouble() * 80 };
        federation.WordMilliseconds = random.Next(1000);
        lans = random.Next(3, 6);
        for (var lan = 1; lan <= lans; lan++)
            for (var number = random.Next(1, 3); number > 0; number--)
                places.Add(new Place(lan, number, Node(lan, number)));
        foreach (var place in places.Where(_ => random.Next(4) > 0)) Start(place);
        scene.Advance(5);
    }

    public void Dispose() => scene.Dispose();

    public void Check()
    {
        for (var round = 0; round < Rounds; round++)
        {
            Announce();
            Trouble();
            scene.Advance(random.NextDouble() * 3);
        }

        federation.Heal();
        foreach (var place in places)
        {
            if (place.IsFrozen) Thaw(place);
            if (!place.IsRunning) Start(place);
        }

        scene.Advance(30);
        foreach (var place in places)
            foreach (var (host, load) in heard)
                Assert.True(
                    place.Node.Row(host)?.Status.Datagram.Load.One == load,
                    $"seed {seed}: {host} on {place.Node.Settings.Name} is "
                    + $"{place.Node.Row(host)?.Status.Datagram.Load.One}, not {load}; "
                    + string.Join(", ", places.Select(at => at.Node.Row(host)?.Status.Datagram.Load.One)));
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    private void Announce()
    {
        for (var lan = 1; lan <= lans; lan++)
        {
            if (random.Next(3) > 0) continue;
            var host = $"host{lan}.{random.Next(4)}";
            announced++;
            scene.Lan.Announce($"10.0.{lan}.99", Datagrams.Of(host, scene.Now + announced, load: announced));
            if (places.Exists(at => at.Lan == lan && at.IsRunning)) heard[host] = announced;
        }

        scene.Settle();
    }

    private void Trouble()
    {
        var place = places[random.Next(places.Count)];
        switch (random.Next(12))
        {
            case 0:
                federation.Cut(place.Name, places[random.Next(places.Count)].Name);
                break;
            case 1:
                federation.CutOneWay(place.Name, places[random.Next(places.Count)].Name);
                break;
            case 2:
                federation.Heal();
                break;
            case 3 when place.IsRunning && !place.IsFrozen:
                scene.Advance(2); // what it heard last is in its spool by then
                federation.Kill(place.Name, goneSeconds: random.Next(5, 20));
                place.Node.Kill();
                place.IsRunning = false;
                break;
            case 4 or 5 when !place.IsRunning:
                Start(place);
                break;
            case 6 when place.IsRunning && !place.IsFrozen:
                federation.Freeze(place.Name);
                place.IsFrozen = true;
                break;
            case 7 or 8 when place.IsFrozen:
                Thaw(place);
                break;
            case 9 when place.IsRunning && !place.IsFrozen:
                federation.End(place.Name, "given up on purpose");
                break;
        }
    }

    private static void Start(Place place)
    {
        place.Node.Started();
        place.IsRunning = true;
    }

    private void Thaw(Place place)
    {
        federation.Thaw(place.Name);
        place.IsFrozen = false;
    }

    private TestNode Node(int lan, int number)
    {
        var node = scene.Node($"gw{lan}-{number}", $"10.0.{lan}.{number}");
        node.Federation = federation.Gateway($"10.0.{lan}.{number}:5514");
        return node;
    }

    private sealed class Place(int lan, int number, TestNode node)
    {
        public int Lan => lan;

        public string Name { get; } = $"10.0.{lan}.{number}:5514";

        public TestNode Node => node;

        public bool IsRunning { get; set; }

        public bool IsFrozen { get; set; }
    }
}
