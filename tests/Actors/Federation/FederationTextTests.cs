using Newtonsoft.Json.Linq;

namespace Rwho.Tests.Actors.Federation;

/// <summary>What a gateway says of the federation when it is asked.</summary>
public sealed class FederationTextTests : FederationScene
{
    [Fact]
    public void Stats_tell_who_is_there_since_when_and_what_was_exchanged()
    {
        var gateways = Gateways(3);
        Announce(1, "host");
        scene.Advance(1);
        federation.Kill(Name(3), goneSeconds: 30);
        gateways[2].Kill();
        scene.Advance(11);
        var stats = Stats(gateways[0]);
        Assert.True((bool)stats["federation"]!["joined"]!);
        var (two, three) = (stats["federation"]!["gateways"]![0]!, stats["federation"]!["gateways"]![1]!);
        Assert.Equal(
            ("10.0.2.1:5514", "gw2-1", "here"),
            ((string?)two["address"], (string?)two["name"], (string?)two["presence"]));
        Assert.InRange((int)two["sent"]!, 2, 4);
        Assert.InRange((int)two["received"]!, 1, 3);
        Assert.Equal(("unreachable", 6), ((string?)three["presence"], (int)three["since_seconds"]!));
        Assert.InRange((int)stats["counters"]!["federated"]!, 4, 6);
        scene.Advance(20);
        Assert.Equal("gone", (string?)Stats(gateways[0])["federation"]!["gateways"]![1]!["presence"]);
    }

    [Fact]
    public void Why_tells_which_gateway_brought_a_host_and_from_where()
    {
        var gateways = Gateways(2);
        Announce(1, "host");
        scene.Advance(30);
        Assert.Equal(
            """
            host is up: it was heard 30 seconds ago; after 11 minutes of silence it is down.
            It came by the federation, from gateway gw1-1 (told by 10.0.1.1), which heard it itself.
            Since this node knows it: 1 announcements taken, 0 copies dropped, 0 dropped as older or not its own.

            """, Why(gateways[1], "host"));
    }

    private JObject Stats(TestNode node)
    {
        var client = node.Query.Connect().Says("stats\n");
        scene.Settle();
        return JObject.Parse(client.Text);
    }
}
