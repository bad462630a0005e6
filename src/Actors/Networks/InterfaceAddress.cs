using System.Net;

namespace Rwho.Actors.Networks;

/// <summary>An address of one of this host's network interfaces, as the system tells it now.</summary>
/// <param name="Name">Of the interface, or of its alias (<c>eth0:1</c>).</param>
/// <param name="Index">The system's number of the interface.</param>
/// <param name="Broadcast">The broadcast address set for it, or null.</param>
/// <param name="Peer">The other end of a point-to-point link, or null.</param>
public sealed record InterfaceAddress(
    string Name, int Index, InterfaceTraits Traits, IPAddress Address, int PrefixLength,
    IPAddress? Broadcast = null, IPAddress? Peer = null)
{
    public bool Is(InterfaceTraits traits) => (Traits & traits) == traits;

    /// <summary>Whether this is the interface's name, or its alias'; <c>eth0</c> includes <c>eth0:1</c>.</summary>
    public bool IsCalled(string name) => Name == name || Name.StartsWith(name + ":", StringComparison.Ordinal);
}

/// <summary>What an interface is and can do.</summary>
[Flags]
public enum InterfaceTraits
{
    None = 0,
    Up = 1,
    Broadcast = 2,
    Loopback = 4,
    PointToPoint = 8,
    Multicast = 16,
}
