using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Actors.Networks;

/// <summary>This host's networks at one time: where announcements go, and where a source is. Immutable.</summary>
public sealed class NetworkMap : IEquatable<NetworkMap>
{
    public static readonly NetworkMap Empty = new([], [], [], []);

    private readonly ImmutableArray<IPNetwork> connected;
    private readonly ImmutableHashSet<IPAddress> own;

    private NetworkMap(
        ImmutableArray<Network> networks, ImmutableHashSet<int> multicastInterfaces,
        ImmutableArray<IPNetwork> connected, ImmutableHashSet<IPAddress> own)
    {
        Networks = networks;
        MulticastInterfaces = multicastInterfaces;
        this.connected = connected;
        this.own = own;
    }

    /// <summary>Those announced to, each destination in one of them only.</summary>
    public ImmutableArray<Network> Networks { get; }

    /// <summary>Numbers of the interfaces that can hear a multicast group.</summary>
    public ImmutableHashSet<int> MulticastInterfaces { get; }

    public bool IsOwn(IPAddress address) => own.Contains(address);

    /// <summary>Whether the address is on a network that this host is connected to.</summary>
    public bool IsConnected(IPAddress address) => connected.Any(network => network.Contains(address));

    /// <summary>Reads the map off the system's interfaces.</summary>
    /// <remarks>
    /// An address without a broadcast address set gets the one that its prefix gives (Debian's rwhod sends to 0.0.0.0
    /// there, and nobody hears it). A prefix of 31 bits has no broadcast address: its other address is the peer's.
    /// </remarks>
    public static NetworkMap Of(IReadOnlyList<InterfaceAddress> interfaces, NetworkSelection selection, int port)
    {
        var networks = ImmutableArray.CreateBuilder<Network>();
        var connected = ImmutableArray.CreateBuilder<IPNetwork>();
        var taken = new HashSet<Destination>();
        foreach (var at in interfaces.Where(IsUsable))
        {
            if (at.Peer is { } peer) connected.Add(Prefix(peer, 8 * peer.GetAddressBytes().Length));
            if (at.PrefixLength > 0) connected.Add(Prefix(at.Address, at.PrefixLength));
            if (at.Address.AddressFamily != AddressFamily.InterNetwork || !selection.Includes(at)) continue;
            var destinations = Destinations(at, selection, port).Where(taken.Add).ToImmutableArray();
            if (!destinations.IsEmpty) networks.Add(new Network(at.Name, at.Address, at.PrefixLength, destinations));
        }

        return new NetworkMap(
            networks.ToImmutable(),
            interfaces.Where(at => IsUsable(at) && at.Is(InterfaceFlags.Multicast)).Select(at => at.Index)
                .ToImmutableHashSet(),
            connected.ToImmutable(),
            interfaces.Select(at => at.Address).ToImmutableHashSet());
    }

    public bool Equals(NetworkMap? other) =>
        other is not null && Networks.SequenceEqual(other.Networks) && connected.SequenceEqual(other.connected)
        && MulticastInterfaces.SetEquals(other.MulticastInterfaces) && own.SetEquals(other.own);

    public override bool Equals(object? obj) => Equals(obj as NetworkMap);

    public override int GetHashCode() => HashCode.Combine(Networks.Length, connected.Length, own.Count);

    private static bool IsUsable(InterfaceAddress at) =>
        at.Is(InterfaceFlags.Up) && !at.Is(InterfaceFlags.Loopback);

    private static IPNetwork Prefix(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < 8 * bytes.Length; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static IEnumerable<Destination> Destinations(InterfaceAddress at, NetworkSelection selection, int port)
    {
        if (selection.PointToPoint && at.Peer is { } peer)
            yield return new Destination(new IPEndPoint(peer, port));
        if (selection.Broadcast && at.Is(InterfaceFlags.Broadcast) && BroadcastOf(at) is { } broadcast)
            yield return new Destination(new IPEndPoint(broadcast, port));
        if (selection.MulticastTtl is { } ttl && at.Is(InterfaceFlags.Multicast))
            yield return new Destination(new IPEndPoint(UdpGateway.MulticastGroup, port), at.Index, ttl);
    }

    private static IPAddress? BroadcastOf(InterfaceAddress at)
    {
        if (at.Broadcast is { } set) return set;
        var address = ToNumber(at.Address);
        return at.PrefixLength switch
        {
            32 => null,
            31 => FromNumber(address ^ 1),
            _ => FromNumber(address | ~Mask(at.PrefixLength)),
        };
    }

    private static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);

    private static uint ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    private static IPAddress FromNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
