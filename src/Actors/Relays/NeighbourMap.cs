using System.Collections.Immutable;
using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>Which addresses are neighbours'. Immutable.</summary>
/// <param name="Configured">Addresses of neighbours named by the operator, and their ports.</param>
/// <param name="Accepted">Networks from which every node may be one.</param>
public sealed record NeighbourMap(
    ImmutableDictionary<IPAddress, ImmutableHashSet<int>> Configured, ImmutableArray<IPNetwork> Accepted)
{
    public static readonly NeighbourMap Empty = new(
        ImmutableDictionary<IPAddress, ImmutableHashSet<int>>.Empty, []);

    public bool IsConfigured(IPAddress address) => Configured.ContainsKey(address);

    public bool IsAccepted(IPAddress address) => Accepted.Any(network => network.Contains(address));

    /// <summary>Whether a neighbour named by the operator has this port.</summary>
    public bool HasPort(IPAddress address, int port) =>
        Configured.TryGetValue(address, out var ports) && ports.Contains(port);
}
