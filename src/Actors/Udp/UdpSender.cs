using System.Net.Sockets;
using static Rwho.Actors.Udp.UdpProtocol;

namespace Rwho.Actors.Udp;

/// <summary>Sends datagrams one after another, and fails with the socket.</summary>
internal sealed class UdpSender : ReceiveActor
{
    private readonly IUdpSocket socket;
    private readonly NodeCounters counters;

    public UdpSender(IUdpSocket socket, NodeCounters counters)
    {
        this.socket = socket;
        this.counters = counters;
        Receive<Send>(SendNow);
    }

    private void SendNow(Send message)
    {
        try
        {
            socket.Send(message.Datagram.Span, message.Destination);
            counters.Sent();
            Sender.Tell(Sent.Instance);
        }
        catch (SocketException failure)
        {
            counters.NotSent();
            Sender.Tell(new NotSent(failure.SocketErrorCode));
            if (!SocketWeather.IsWeather(failure.SocketErrorCode)) throw;
        }
    }
}
