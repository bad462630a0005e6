using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>A neighbour as it was a moment ago.</summary>
/// <param name="HeardMilliseconds">
/// When it last spoke as a node of ours, by our own elapsed time; null for never.
/// </param>
/// <param name="IsProved">Whether it hears what is sent to its address.</param>
public sealed record NeighbourState(
    string Name, IPEndPoint EndPoint, bool IsConfigured, long? HeardMilliseconds, bool IsProved, bool HasBoard,
    long RecordsSent, long RecordsReceived)
{
    public static NeighbourState Of(Neighbour neighbour, long now) => new(
        neighbour.Name, neighbour.EndPoint, neighbour.IsConfigured, neighbour.HeardMilliseconds,
        neighbour.IsProved(now), neighbour.HasBoard, neighbour.RecordsSent, neighbour.RecordsReceived);
}

/// <summary>The neighbours for readers on any thread.</summary>
public sealed class PublishedNeighbours
{
    private NeighbourState[] all = [];

    public IReadOnlyList<NeighbourState> All => Volatile.Read(ref all);

    internal void Publish(IEnumerable<Neighbour> neighbours, long now) =>
        Volatile.Write(ref all, [.. neighbours.Select(neighbour => NeighbourState.Of(neighbour, now))]);
}
