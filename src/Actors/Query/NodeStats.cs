using System.Collections.Immutable;
using Rwho.Actors.Networks;

namespace Rwho.Actors.Query;

/// <summary>What <c>stats</c> tells of a node.</summary>
/// <param name="Version">The program's.</param>
/// <param name="UptimeSeconds">Since the node started.</param>
/// <param name="Hosts">Hosts in the table now.</param>
/// <param name="Queries">Counters of the query service; names are keys of the document: <c>snake_case</c>.</param>
public sealed record NodeStats(
    NodeSettings Settings,
    NodeCounters Counters,
    string Version,
    long UptimeSeconds,
    int Hosts,
    ImmutableArray<Network> Networks,
    ImmutableArray<(string Name, long Value)> Queries);
