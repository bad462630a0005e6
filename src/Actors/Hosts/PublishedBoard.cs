using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rwho.Actors.Hosts;

/// <summary>
/// The last snapshot of the table, for readers on any thread. It outlives the actor that publishes it, which starts
/// again from it after a failure.
/// </summary>
public sealed class PublishedBoard
{
    private HostRow[] rows = [];

    /// <summary>In no order.</summary>
    public ImmutableArray<HostRow> Rows =>
        ImmutableCollectionsMarshal.AsImmutableArray(Volatile.Read(ref rows));

    internal void Publish(ImmutableArray<HostRow> next) =>
        Volatile.Write(ref rows, ImmutableCollectionsMarshal.AsArray(next)!);
}
