using System.Collections.Immutable;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using Rwho.Actors.Spool;

namespace Rwho.Actors.Query;

/// <summary>What <c>stats</c> tells of a node.</summary>
/// <param name="Version">The program's.</param>
/// <param name="UptimeSeconds">Since the node started.</param>
/// <param name="Hosts">Hosts in the table now.</param>
/// <param name="Federation">Null for a node that is no gateway.</param>
/// <param name="ElapsedMilliseconds">Now, on the clock of <see cref="NeighbourState.HeardMilliseconds"/>.</param>
/// <param name="Conflicts">Names in the table that two hosts use.</param>
/// <param name="Queries">Counters of the query service; names are keys of the document: <c>snake_case</c>.</param>
public sealed record NodeStats(
    NodeSettings Settings,
    NodeCounters Counters,
    Hearing Hearing,
    string Version,
    long UptimeSeconds,
    int Hosts,
    int Conflicts,
    ImmutableArray<Network> Networks,
    IReadOnlyList<NeighbourState> Neighbours,
    FederationState? Federation,
    SpoolState Spool,
    long ElapsedMilliseconds,
    ImmutableArray<(string Name, long Value)> Queries);
