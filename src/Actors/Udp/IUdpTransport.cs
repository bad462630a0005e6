using System.Net;
using System.Net.Sockets;

namespace Rwho.Actors.Udp;

/// <summary>The node's way to UDP: real sockets in the program, a network in memory in tests.</summary>
public interface IUdpTransport
{
    /// <exception cref="SocketException">The address is taken, not this host's, or not permitted.</exception>
    IUdpSocket Bind(IPEndPoint local);
}

/// <summary>
/// One bound socket that sends and receives: old receivers drop what does not come from the who port.
/// </summary>
public interface IUdpSocket : IDisposable
{
    /// <summary>What the system granted for datagrams that wait; see <see cref="ReceiveBuffer"/>.</summary>
    int ReceiveBufferBytes { get; }

    /// <summary>Datagrams that the system dropped since the socket was bound, mostly for want of room.</summary>
    long KernelDrops { get; }

    /// <summary>Starts to hand datagrams to the sink, from a thread of its own, until disposed.</summary>
    void StartReceiving(IDatagramSink sink);

    /// <summary>Sends one datagram now.</summary>
    /// <exception cref="SocketException">The system refused.</exception>
    void Send(ReadOnlySpan<byte> datagram, Destination destination);

    /// <summary>Hears a multicast group on an interface, or no longer.</summary>
    /// <param name="interfaceIndex">The system's number of the interface.</param>
    /// <exception cref="SocketException">The system refused.</exception>
    void SetMembership(IPAddress group, int interfaceIndex, bool member);
}

/// <summary>Takes what a socket receives, from one thread.</summary>
public interface IDatagramSink
{
    /// <summary>Takes a datagram, or answers false when there is no room: the same one again, later.</summary>
    /// <param name="datagram">Valid during the call only.</param>
    bool Receive(ReadOnlySpan<byte> datagram, DatagramSource from);

    /// <summary>Blocks until there is room, or nobody receives any longer.</summary>
    void WaitForRoom();

    /// <summary>Nothing more is waiting at the socket: time to pass on what was taken.</summary>
    void Flush();

    /// <summary>The socket failed, or what was done with a datagram did; it receives no more.</summary>
    void Failed(Exception failure);
}

/// <summary>Where a datagram goes.</summary>
/// <param name="MulticastInterface">For a multicast group: the interface's number; else 0.</param>
/// <param name="MulticastTtl">For a multicast group: how many routers it may pass, 0..32.</param>
public sealed record Destination(IPEndPoint EndPoint, int MulticastInterface = 0, int MulticastTtl = 0)
{
    public override string ToString() => EndPoint.ToString();
}
