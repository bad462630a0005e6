using System.Collections.Immutable;
using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>Which addresses are neighbours'. Immutable.</summary>
/// <param name="Configured">Addresses of neighbours named by the operator, and their ports.</param>
/// <param name="Accepted">Networks from which every node may be one.</param>
/// <param name="Proved">Where those accepted are that proved their addresses.</param>
public sealed record NeighbourMap(
    ImmutableDictionary<IPAddress, ImmutableHashSet<int>> Configured, ImmutableArray<IPNetwork> Accepted,
    ImmutableHashSet<IPEndPoint> Proved)
{
    public static readonly NeighbourMap Empty = new(
        ImmutableDictionary<IPAddress, ImmutableHashSet<int>>.Empty, [], []);

    public bool IsConfigured(IPAddress address) => Configured.ContainsKey(address);

    public bool IsAccepted(IPAddress address) => Accepted.Any(network => network.Contains(address));

    /// <summary>Ports of the accepted neighbours there that proved the address.</summary>
    public ImmutableHashSet<int> ProvedAt(IPAddress address) =>
        [.. Proved.Where(at => at.Address.Equals(address)).Select(at => at.Port)];
}
