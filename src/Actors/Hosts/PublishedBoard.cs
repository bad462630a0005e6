using System.Collections.Immutable;

namespace Rwho.Actors.Hosts;

/// <summary>
/// The last snapshot of the table, for readers on any thread. It outlives the actor that publishes it, which starts
/// again from it after a failure.
/// </summary>
public sealed class PublishedBoard
{
    private BoardSnapshot snapshot = BoardSnapshot.Of();

    /// <summary>In no order. The same array as long as nothing changes.</summary>
    public ImmutableArray<HostRow> Rows => Volatile.Read(ref snapshot).Rows;

    internal void Publish(BoardSnapshot next) => Volatile.Write(ref snapshot, next);
}
