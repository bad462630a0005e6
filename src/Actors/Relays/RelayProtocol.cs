using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Relays;

/// <summary>The conversation with who passes statuses on.</summary>
public static class RelayProtocol
{
    /// <summary>To the table: tell me of what is new. Answered by <see cref="Heard"/>, each time.</summary>
    /// <param name="Copies">Tell of datagrams seen before, too.</param>
    public sealed record Follow(bool Copies);

    /// <summary>What the table took from a network, a neighbour, or this host itself.</summary>
    public sealed record Heard(ImmutableArray<HeardStatus> Items);

    /// <summary>To the table: that batch is done with.</summary>
    public sealed record Taken
    {
        public static readonly Taken Instance = new();
    }

    /// <summary>Where to send from now on.</summary>
    /// <param name="IPv6">To neighbours' IPv6 addresses; else to IPv4 ones.</param>
    public sealed record Use(IActorRef Udp, bool IPv6);

    /// <summary>To the sockets' owners: who is a neighbour from now on.</summary>
    public sealed record NeighboursChanged(NeighbourMap Map);

    /// <summary>A hello; it may come from an address that is no neighbour's yet.</summary>
    /// <param name="IsStranger">From where nobody is named or accepted.</param>
    public sealed record HelloHeard(
        IPEndPoint From, Cookies Cookies, bool WantsBoard, bool IsStranger, Action Done);

    /// <summary>A cookie; it may come from an address that is no neighbour's yet.</summary>
    public sealed record CookieHeard(IPEndPoint From, Cookies Cookies, Action Done);

    /// <summary>From a neighbour's address: its board follows.</summary>
    public sealed record BoardHeard(IPEndPoint From, Action Done);

    internal sealed record Resolved(int Index, ImmutableArray<IPAddress> Addresses);

    internal sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    internal sealed record Pump
    {
        public static readonly Pump Instance = new();
    }
}

/// <summary>A status that may have to be passed on.</summary>
/// <param name="Address">Where it came from; null for this host itself.</param>
/// <param name="Port">The one that it came from: neighbours may share an address.</param>
/// <param name="IsNew">Whether the table took it; else it is a copy of one seen before.</param>
/// <param name="HeardMilliseconds">
/// When its host was heard, by our own elapsed time: its age is what has passed since.
/// </param>
/// <param name="Hops">Relays passed before this one.</param>
public readonly record struct HeardStatus(
    WhodDatagram Datagram, Via Via, IPAddress? Address, ushort Port, bool IsNew, long HeardMilliseconds, byte Hops);
