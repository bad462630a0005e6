using System.Net;
using Rwho.Actors.Relays;

namespace Rwho.Tests.Actors.Relays;

/// <summary>Nodes with neighbours, and what they send each other.</summary>
public abstract class RelayScene : IDisposable
{
    private protected readonly Scene scene = new();

    public void Dispose()
    {
        scene.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected TestNode Node(string name, string address, params string[] neighbours)
    {
        var node = scene.Node(name, address);
        node.Settings = node.Settings with
        {
            Neighbours = [.. neighbours.Select(neighbour => new NeighbourAddress(neighbour, 0))],
        };
        return node;
    }

    private protected static TestNode Forwarding(TestNode node)
    {
        node.Settings = node.Settings with { Forward = true };
        return node;
    }

    private protected static void Accept(TestNode node, string network) => node.Settings = node.Settings with
    {
        AcceptNeighbours = [IPNetwork.Parse(network)],
    };

    private protected static IEnumerable<string> Board(TestNode node) =>
        node.Rows.Select(row => row.Host.ToString()).Order(StringComparer.Ordinal);

    private protected IEnumerable<byte[]> SentTo(string address) => scene.Lan.Sent
        .Where(sent => sent.To.EndPoint.Address.Equals(IPAddress.Parse(address))).Select(sent => sent.Datagram);
}
