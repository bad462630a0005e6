using System.Net;
using System.Net.Sockets;

namespace Rwho.Actors.Udp;

/// <summary>The conversation with the socket's owner.</summary>
public static class UdpProtocol
{
    /// <summary>Sends a datagram; answered by <see cref="Sent"/> or <see cref="NotSent"/>.</summary>
    public sealed record Send(ReadOnlyMemory<byte> Datagram, Destination Destination);

    public sealed record Sent
    {
        public static readonly Sent Instance = new();
    }

    public sealed record NotSent(SocketError Error);

    /// <summary>To the parent: the socket is there.</summary>
    /// <param name="ReceiveBufferBytes">What the system granted.</param>
    public sealed record Bound(IPEndPoint Local, int ReceiveBufferBytes);

    /// <summary>To the parent: not yet; it will be tried again.</summary>
    public sealed record BindFailed(IPEndPoint Local, SocketError Error);

    internal sealed record ReceiveFailed(Exception Failure);

    /// <summary>There are refused datagrams to tell of.</summary>
    internal sealed record Refused
    {
        public static readonly Refused Instance = new();
    }

    internal sealed record ReportRefused
    {
        public static readonly ReportRefused Instance = new();
    }

    internal sealed record JoinAgain
    {
        public static readonly JoinAgain Instance = new();
    }

    internal sealed record BindAgain
    {
        public static readonly BindAgain Instance = new();
    }
}
