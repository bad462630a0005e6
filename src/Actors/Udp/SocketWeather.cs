using System.Net.Sockets;

namespace Rwho.Actors.Udp;

/// <summary>
/// Sorts what a socket reports. Weather passes: it is counted, and the next datagram may well go out. Anything else
/// means that the socket itself is dead, and a new one has to be bound.
/// </summary>
public static class SocketWeather
{
    public static bool IsWeather(SocketError error) => error is
        SocketError.NetworkDown or
        SocketError.NetworkUnreachable or
        SocketError.NetworkReset or
        SocketError.HostDown or
        SocketError.HostUnreachable or
        SocketError.ConnectionRefused or
        SocketError.ConnectionReset or
        SocketError.AccessDenied or // a firewall rule, or a broadcast address of a route that is gone
        SocketError.AddressNotAvailable or
        SocketError.DestinationAddressRequired or
        SocketError.InvalidArgument or // a destination that nothing can be sent to, such as port 0
        SocketError.MessageSize or
        SocketError.NoBufferSpaceAvailable or
        SocketError.WouldBlock or
        SocketError.TimedOut or
        SocketError.TryAgain or
        SocketError.Interrupted;
}
