using System.Net;
using Rwho.Actors.Networks;

namespace Rwho.Node.Demo;

/// <summary>A network that is only a list of places on loopback: a point-to-point link to each other node.</summary>
internal sealed class LoopbackNetwork(IPAddress self, IEnumerable<IPAddress> others) : INetworkProbe
{
    private const int WholeAddress = 32;

    private readonly InterfaceAddress[] links =
    [
        .. others.Select(other => new InterfaceAddress(
            "loopback", 0, InterfaceFlags.Up | InterfaceFlags.PointToPoint, self, WholeAddress, Peer: other)),
    ];

    public IReadOnlyList<InterfaceAddress> Read() => links;

    public IDisposable OnChange(Action changed) => Nothing.Instance;

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
