using System.Collections.Immutable;
using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>A neighbour as it was a moment ago.</summary>
/// <param name="HeardMilliseconds">
/// When it last spoke as a node of ours, by our own elapsed time; null for never.
/// </param>
/// <param name="AlsoAt">Other addresses that it answers from.</param>
/// <param name="Refuses">It answers, but does not take this node for its neighbour.</param>
/// <param name="IsProved">Whether it hears what is sent to its address.</param>
public sealed record NeighbourState(
    string Name, IPEndPoint EndPoint, ImmutableArray<IPAddress> AlsoAt, bool IsConfigured, bool Refuses,
    long? HeardMilliseconds, bool IsProved, bool HasBoard, long RecordsSent, long RecordsReceived)
{
    public static NeighbourState Of(Neighbour neighbour, IEnumerable<IPAddress> alsoAt, long now) => new(
        neighbour.Name, neighbour.EndPoint, [.. alsoAt], neighbour.IsConfigured, neighbour.Refuses,
        neighbour.HeardMilliseconds, neighbour.IsProved(now), neighbour.HasBoard,
        neighbour.RecordsSent, neighbour.RecordsReceived);

    /// <summary>Whether that is one of its addresses.</summary>
    public bool IsAt(IPAddress? address) =>
        EndPoint.Address.Equals(address) || (address is not null && AlsoAt.Contains(address));
}

/// <summary>The neighbours for readers on any thread.</summary>
public sealed class PublishedNeighbours
{
    private NeighbourState[] all = [];

    public IReadOnlyList<NeighbourState> All => Volatile.Read(ref all);

    internal void Publish(Neighbours neighbours, long now) => Volatile.Write(
        ref all,
        [.. neighbours.All.Select(neighbour => NeighbourState.Of(neighbour, neighbours.OthersOf(neighbour), now))]);
}
