using Rwho.Protocol;

namespace Rwho.Actors.Networks;

/// <summary>The conversation with the actor that knows the networks.</summary>
public static class NetworksProtocol
{
    /// <summary>Asks for the map now and at each change: answered by <see cref="Changed"/>.</summary>
    public sealed record Follow
    {
        public static readonly Follow Instance = new();
    }

    /// <param name="Arrived">Whether there is a destination that the map before did not have.</param>
    public sealed record Changed(NetworkMap Map, bool Arrived);

    /// <summary>Sends a datagram to every network.</summary>
    public sealed record Broadcast(WhodDatagram Datagram);

    /// <summary>To the networks' owner, from the one that may use the socket: where to send from now on.</summary>
    public sealed record Use(IActorRef Udp);

    internal sealed record Read
    {
        public static readonly Read Instance = new();
    }
}
