using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rwho.Actors.Udp;

namespace Rwho.Actors.Networks;

/// <summary>One connected network: sends to its destinations, and says when that stops or starts to work.</summary>
internal sealed class NetworkActor : ReceiveActor
{
    private readonly Network network;
    private readonly ILogger log;
    private SocketError? failing;

    public NetworkActor(Network network, ILogger log)
    {
        this.network = network;
        this.log = log;
        Receive<NetworkSend>(Send);
        Receive<UdpProtocol.Sent>(_ => Tell(null));
        Receive<UdpProtocol.NotSent>(message => Tell(message.Error));
    }

    private void Send(NetworkSend message)
    {
        foreach (var destination in network.Destinations)
            message.Udp.Tell(new UdpProtocol.Send(message.Datagram, destination));
    }

    private void Tell(SocketError? error)
    {
        if (error == failing) return;
        failing = error;
        if (error is { } reason) log.NetworkFails(network.Name, reason);
        else log.NetworkWorks(network.Name);
    }
}

/// <summary>Sends this to the network's destinations through the socket.</summary>
internal sealed record NetworkSend(ReadOnlyMemory<byte> Datagram, IActorRef Udp);
