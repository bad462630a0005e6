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
    public bool Equals(Network? other) =>
        other is not null && Name == other.Name && Address.Equals(other.Address)
        && PrefixLength == other.PrefixLength && Destinations.SequenceEqual(other.Destinations);

    public override int GetHashCode() => HashCode.Combine(Name, Address, PrefixLength);
}
