using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Rwho.Actors.Networks;

/// <summary>One address of one interface. An interface with several addresses has a row for each.</summary>
/// <param name="Name">The interface's name, or the address's label when it has one (<c>eth0:1</c>).</param>
/// <param name="Index">The system's number of the interface, 0 when it is gone already.</param>
/// <param name="Address">IPv4 or IPv6; link-local IPv6 addresses carry their scope.</param>
/// <param name="PrefixLength">0 to 32, or 0 to 128.</param>
/// <param name="Broadcast">The IPv4 broadcast address, null when none is set.</param>
/// <param name="Peer">The other end of a point-to-point address, null when none is set.</param>
public sealed record InterfaceAddress(
    string Name, int Index, InterfaceFlags Flags, IPAddress Address, int PrefixLength,
    IPAddress? Broadcast = null, IPAddress? Peer = null)
{
    public bool Is(InterfaceFlags flags) => (Flags & flags) == flags;

    /// <summary>Whether this is the interface's name, or the label's; <c>eth0</c> includes <c>eth0:1</c>.</summary>
    public bool IsCalled(string name) => Name == name || Name.StartsWith(name + ":", StringComparison.Ordinal);
}

/// <summary>What an interface is and can do, with the values of Linux's IFF_ constants.</summary>
[Flags]
[SuppressMessage("Naming", "CA1711", Justification = "Flags is the kernel's word for them.")]
public enum InterfaceFlags
{
    None = 0,
    Up = 0x1,
    Broadcast = 0x2,
    Loopback = 0x8,
    PointToPoint = 0x10,
    Running = 0x40,
    Multicast = 0x1000,
}
