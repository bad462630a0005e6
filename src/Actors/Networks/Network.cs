using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Udp;

namespace Rwho.Actors.Networks;

/// <summary>A connected network that is announced to.</summary>
/// <param name="Name">The interface's, or its alias'.</param>
/// <param name="Address">This host's own on it.</param>
public sealed record Network(
    string Name, IPAddress Address, int PrefixLength, ImmutableArray<Destination> Destinations)
{
    /// <summary>Whether an address is on it: in its prefix, or the other end of a point-to-point link.</summary>
    public bool Holds(IPAddress address) =>
        (PrefixLength < 32 && address.AddressFamily == Address.AddressFamily && SamePrefix(address))
        || Destinations.Any(destination => destination.EndPoint.Address.Equals(address));

    private bool SamePrefix(IPAddress address)
    {
        Span<byte> ours = stackalloc byte[4];
        Span<byte> its = stackalloc byte[4];
        Address.TryWriteBytes(ours, out _);
        address.TryWriteBytes(its, out _);
        var differs = BinaryPrimitives.ReadUInt32BigEndian(ours) ^ BinaryPrimitives.ReadUInt32BigEndian(its);
        return PrefixLength == 0 || differs >> (32 - PrefixLength) == 0;
    }

    public bool Equals(Network? other) =>
        other is not null && Name == other.Name && Address.Equals(other.Address)
        && PrefixLength == other.PrefixLength && Destinations.SequenceEqual(other.Destinations);

    public override int GetHashCode() => HashCode.Combine(Name, Address, PrefixLength);
}
