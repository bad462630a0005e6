using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Actors.Networks;

/// <summary>
/// One connected network: sends to its destinations, and says when that stops to work, at most once a minute, and when
/// all of them are reached again.
/// </summary>
internal sealed class NetworkActor : ReceiveActor
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Network network;
    private readonly NodeParts node;
    private int underWay; // destinations of the last announcement that are not heard of yet
    private bool fails; // one of them did
    private SocketError? failing; // as it was told
    private long? told;

    public NetworkActor(Network network, NodeParts node)
    {
        this.network = network;
        this.node = node;
        Receive<NetworkSend>(Send);
        Receive<UdpProtocol.Sent>(_ => Ended(null));
        Receive<UdpProtocol.NotSent>(message => Ended(message.Error));
    }

    private void Send(NetworkSend message)
    {
        (underWay, fails) = (network.Destinations.Length, false);
        foreach (var destination in network.Destinations)
            message.Udp.Tell(new UdpProtocol.Send(message.Datagram, destination));
    }

    private void Ended(SocketError? error)
    {
        underWay--;
        if (error is { } reason)
        {
            fails = true;
            Tell(reason);
        }
        else if (underWay == 0 && !fails && failing is not null)
        {
            failing = null;
            node.Log.NetworkWorks(network.Name);
        }
    }

    private void Tell(SocketError error)
    {
        if (error == failing || (told is { } last && node.Time.GetElapsedTime(last) < LogInterval)) return;
        (failing, told) = (error, node.Time.GetTimestamp());
        node.Log.NetworkFails(network.Name, error);
    }
}

/// <summary>Sends this to the network's destinations through the socket.</summary>
internal sealed record NetworkSend(ReadOnlyMemory<byte> Datagram, IActorRef Udp);
