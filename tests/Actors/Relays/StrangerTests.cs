using System.Net;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Forged sources, and who is accepted but has not shown itself: what they cost, and what they gain.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    private TestNode Node(string name, string address, params string[] neighbours)
    {
        var node = scene.Node(name, address);
        node.Settings = node.Settings with
        {
            Neighbours = [.. neighbours.Select(neighbour => new NeighbourAddress(neighbour, 0))],
        };
        return node;
    }

    private static void Accept(TestNode node, string network) => node.Settings = node.Settings with
    {
        AcceptNeighbours = [IPNetwork.Parse(network)],
    };

    private IEnumerable<byte[]> SentTo(string address) => scene.Lan.Sent
        .Where(sent => sent.To.EndPoint.Address.Equals(IPAddress.Parse(address))).Select(sent => sent.Datagram);

    // The system refuses to send to port 0: one datagram a rest was enough to keep the socket closed.
    [Theory]
    [InlineData("192.0.2.66", false)]
    [InlineData("10.0.3.7", true)]
    public void A_hello_from_port_0_costs_no_socket(string from, bool anyPort)
    {
        var a = Node("a", "10.0.1.1", "10.0.2.1");
        Accept(a, "10.0.3.0/24");
        a.Settings = a.Settings with { AnyPort = anyPort };
        a.Started();
        scene.Advance(5);
        a.Transport.Deliver(
            new IPEndPoint(IPAddress.Parse(from), 0), NeighbourMessage.Hello(new Cookies(0, 0x5678), true));
        scene.Advance(5);
        Assert.Equal(1, a.Transport.Binds);
        Assert.DoesNotContain(scene.Log, line => line.Contains("socket failed", StringComparison.Ordinal));
        Assert.Empty(SentTo(from));
    }
}
