using System.Net;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Rwho.Actors.Networks;

namespace Rwho.Node.Linux;

/// <summary>The addresses of this machine's interfaces, as getifaddrs(3) lists them.</summary>
public static unsafe class Interfaces
{
    private const int FamilyBytes = 2;
    private const int PortBytes = 2;
    private const int FlowBytes = 4;
    private const int Ipv4Bytes = 4;
    private const int Ipv6Bytes = 16;
    private const int ScopeBytes = 4;
    private const int ProtocolBytes = 2;
    private const int IndexBytes = 4;

    private const int Ipv4Offset = FamilyBytes + PortBytes;
    private const int Ipv6Offset = FamilyBytes + PortBytes + FlowBytes;
    private const int ScopeOffset = Ipv6Offset + Ipv6Bytes;
    private const int IndexOffset = FamilyBytes + ProtocolBytes;
    private const int Ipv4SocketAddressBytes = Ipv4Offset + Ipv4Bytes;
    private const int Ipv6SocketAddressBytes = ScopeOffset + ScopeBytes;
    private const int PacketSocketAddressBytes = IndexOffset + IndexBytes;

    private const InterfaceFlags KnownFlags = InterfaceFlags.Up | InterfaceFlags.Broadcast | InterfaceFlags.Loopback
        | InterfaceFlags.PointToPoint | InterfaceFlags.Running | InterfaceFlags.Multicast;

    /// <summary>
    /// All IPv4 and IPv6 addresses in the kernel's order. An <see cref="IOException"/> says why there is no list; a
    /// service that may not open AF_NETLINK sockets is the usual reason.
    /// </summary>
    public static IReadOnlyList<InterfaceAddress> Read()
    {
        nint first;
        if (Libc.GetInterfaceAddresses(&first) != 0)
            throw new IOException($"cannot list the network interfaces: {Libc.LastErrorText()}");
        try
        {
            return ReadList((Libc.InterfaceEntry*)first);
        }
        finally
        {
            Libc.FreeInterfaceAddresses(first);
        }
    }

    /// <summary>The part of an interface name or address label before its colon.</summary>
    public static string WithoutLabel(string name)
    {
        var colon = name.IndexOf(':');
        return colon < 0 ? name : name[..colon];
    }

    /// <summary>
    /// A socket address (struct sockaddr_in or sockaddr_in6) as an address. False for other families and when it is too
    /// short.
    /// </summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> socketAddress, out IPAddress address)
    {
        address = IPAddress.None;
        if (socketAddress.Length < FamilyBytes) return false;
        switch (MemoryMarshal.Read<ushort>(socketAddress))
        {
            case Libc.AF_INET when socketAddress.Length >= Ipv4SocketAddressBytes:
                address = new IPAddress(socketAddress.Slice(Ipv4Offset, Ipv4Bytes));
                return true;
            case Libc.AF_INET6 when socketAddress.Length >= Ipv6SocketAddressBytes:
                var scope = MemoryMarshal.Read<uint>(socketAddress[ScopeOffset..]);
                address = new IPAddress(socketAddress.Slice(Ipv6Offset, Ipv6Bytes), scope);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The number of leading one bits of a netmask; a mask with holes counts up to the first.</summary>
    public static int PrefixLength(ReadOnlySpan<byte> mask)
    {
        var length = 0;
        foreach (var part in mask)
        {
            var ones = BitOperations.LeadingZeroCount((uint)(byte)~part << 24);
            length += Math.Min(ones, 8);
            if (part != 0xff) break;
        }
        return length;
    }

    /// <summary>
    /// Tells a broadcast address from a peer, as both sit in one field. C libraries put the address itself there when
    /// neither is set, and a peer on a broadcast interface (<c>ip addr add A peer B</c>) has a full-length prefix.
    /// </summary>
    public static (IPAddress? Broadcast, IPAddress? Peer) BroadcastOrPeer(
        InterfaceFlags flags, IPAddress address, int prefixLength, IPAddress? other)
    {
        if (other is null || other.Equals(address) || other.Equals(IPAddress.Any) || other.Equals(IPAddress.IPv6Any))
            return (null, null);
        if (other.AddressFamily != address.AddressFamily) return (null, null);
        if (flags.HasFlag(InterfaceFlags.PointToPoint)) return (null, other);
        if (!flags.HasFlag(InterfaceFlags.Broadcast) || other.GetAddressBytes().Length != Ipv4Bytes)
            return (null, null);
        var isPeer = prefixLength == Ipv4Bytes * 8 && !other.Equals(IPAddress.Broadcast);
        return isPeer ? (null, other) : (other, null);
    }

    private static List<InterfaceAddress> ReadList(Libc.InterfaceEntry* first)
    {
        var indexes = ReadIndexes(first);
        var addresses = new List<InterfaceAddress>();
        for (var entry = first; entry is not null; entry = (Libc.InterfaceEntry*)entry->Next)
        {
            if (!TryReadAddress(SocketAddress(entry->Address), out var address)) continue;
            var name = Text(entry->Name);
            var flags = (InterfaceFlags)entry->Flags & KnownFlags;
            var length = TryReadAddress(SocketAddress(entry->Netmask, address), out var mask)
                ? PrefixLength(mask.GetAddressBytes())
                : address.GetAddressBytes().Length * 8;
            var other = TryReadAddress(SocketAddress(entry->BroadcastOrPeer), out var found) ? found : null;
            var (broadcast, peer) = BroadcastOrPeer(flags, address, length, other);
            addresses.Add(new InterfaceAddress(name, IndexOf(name, indexes), flags, address, length, broadcast, peer));
        }
        return addresses;
    }

    private static Dictionary<string, int> ReadIndexes(Libc.InterfaceEntry* first)
    {
        var indexes = new Dictionary<string, int>();
        for (var entry = first; entry is not null; entry = (Libc.InterfaceEntry*)entry->Next)
        {
            if (entry->Address is null || *(ushort*)entry->Address != Libc.AF_PACKET) continue;
            var packet = new ReadOnlySpan<byte>(entry->Address, PacketSocketAddressBytes);
            indexes[Text(entry->Name)] = MemoryMarshal.Read<int>(packet[IndexOffset..]);
        }
        return indexes;
    }

    private static int IndexOf(string name, Dictionary<string, int> indexes)
    {
        var itself = WithoutLabel(name);
        return indexes.TryGetValue(itself, out var index) ? index : (int)Libc.InterfaceIndex(itself);
    }

    private static ReadOnlySpan<byte> SocketAddress(byte* address) => address is null
        ? []
        : new(address, *(ushort*)address switch
        {
            Libc.AF_INET => Ipv4SocketAddressBytes,
            Libc.AF_INET6 => Ipv6SocketAddressBytes,
            _ => FamilyBytes,
        });

    private static ReadOnlySpan<byte> SocketAddress(byte* mask, IPAddress address)
    {
        var socketAddress = SocketAddress(mask);
        var isSameFamily = TryReadAddress(socketAddress, out var read) && read.AddressFamily == address.AddressFamily;
        return isSameFamily ? socketAddress : [];
    }

    private static string Text(byte* text) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
