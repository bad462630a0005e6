using System.Net;
using Newtonsoft.Json.Linq;
using Rwho.Actors;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Actors.Spool;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>What a node tells of itself.</summary>
public sealed class StatsJsonTests
{
    private static NodeStats Stats(NodeSettings settings) => new(
        settings, new NodeCounters(), new Rwho.Actors.Hosts.Hearing(), "1.2.3", 3600, 12, 1,
        [
            new Network("eth0", IPAddress.Parse("10.9.0.1"), 24,
                [new Destination(new IPEndPoint(IPAddress.Parse("10.9.0.255"), 513)),
                    new Destination(new IPEndPoint(IPAddress.Parse("224.0.1.3"), 513), 2, 1)]),
            new Network("eth0:\"\u00e9\n", IPAddress.Parse("192.0.2.1"), 32, []),
        ],
        [
            new NeighbourState(
                "gw2", new IPEndPoint(IPAddress.Parse("192.0.2.9"), 513), [], true, false, 95_000, true, true, 7, 9),
            new NeighbourState(
                "[2001:db8::2]:10513", IPEndPoint.Parse("[2001:db8::2]:10513"), [], false, true, null, false, false,
                0, 0),
        ],
        new FederationState(true, [
            new GatewayState("10.1.0.1:5514", Scene.Name("gw1"), GatewayPresence.Here, 40_000, 12, 34),
            new GatewayState("10.2.0.1:5514", null, GatewayPresence.Unreachable, 99_000, 0, 0),
        ]),
        new SpoolState(93_000, 3),
        100_000,
        [("answered", 7), ("refused", 1)]);

    private static readonly NodeSettings Settings = new() { Name = Scene.Name("alpha") };

    private static string Write(NodeStats stats) =>
        Rows.Written(output => StatsJson.Write(output, stats, Rows.Now));

    [Fact]
    public void The_document_is_agreed_on()
    {
        var stats = Stats(Settings);
        stats.Counters.Sent();
        stats.Counters.NotSent();
        stats.Counters.Spooled();
        stats.Counters.NotProbed(2);
        stats.Counters.NotSpooled();
        stats.Counters.Dropped(5);
        stats.Counters.Count(Rejection.HostNameCharacter);
        stats.Counters.Count(Observation.OwnName);
        Golden.Matches("stats.json", Write(stats));
    }

    [Fact]
    public void Every_counter_and_every_limit_is_in_it()
    {
        var read = JObject.Parse(Write(Stats(Settings)));
        Assert.Equal(Enum.GetValues<Rejection>().Length - 1, read["counters"]!["rejected"]!.Count());
        Assert.Equal(Enum.GetValues<Observation>().Length, read["counters"]!["observed"]!.Count());
        Assert.Equal(
            NodeLimits.Of(Settings).Select(limit => limit.Value),
            read["limits"]!.Children<JProperty>().Select(limit => (long)limit.Value));
        Assert.All(read.Descendants().OfType<JProperty>(), at => Assert.Matches("^[a-z]+(_[a-z]+)*$", at.Name));
    }

    [Fact]
    public void No_limit_is_null()
    {
        var read = JObject.Parse(Write(Stats(Settings with { RateMax = 0 })));
        Assert.Equal(JTokenType.Null, read["limits"]!["datagrams_a_second_from_one_address"]!.Type);
    }

    [Fact]
    public void A_node_that_is_no_gateway_says_so() =>
        Assert.Equal(
            JTokenType.Null, JObject.Parse(Write(Stats(Settings) with { Federation = null }))["federation"]!.Type);

    [Fact]
    public void Names_of_networks_stay_within_their_quotes()
    {
        var text = Write(Stats(Settings));
        Assert.All(text[..^1], c => Assert.InRange(c, ' ', '~'));
        Assert.Equal("eth0:\"\u00e9\n", (string?)JObject.Parse(text)["networks"]![1]!["name"]);
    }
}
