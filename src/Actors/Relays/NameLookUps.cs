using System.Collections.Immutable;
using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>When each neighbour's name is looked up: at the start, and again from time to time.</summary>
internal sealed class NameLookUps(ImmutableArray<NeighbourAddress> names, INameResolver resolver)
{
    /// <summary>A name is looked up again this often, and sooner while its neighbour does not answer.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SoonInterval = TimeSpan.FromSeconds(30);

    private readonly long?[] lookedUp = new long?[names.Length];

    /// <summary>Looks up the names that are due.</summary>
    /// <param name="isHeard">Whether the neighbour of that name was heard lately.</param>
    /// <param name="resolved">Told of a name's addresses; called on any thread.</param>
    public void LookUpDue(Func<int, bool> isHeard, long now, Action<int, ImmutableArray<IPAddress>> resolved)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var interval = isHeard(i) ? Interval : SoonInterval;
            if (lookedUp[i] is { } last && now - last < interval.TotalMilliseconds) continue;
            lookedUp[i] = now;
            var index = i;
            resolver.Resolve(names[i].Host, addresses =>
                resolved(index, [.. addresses.Take(RelayLimits.Neighbours)]));
        }
    }
}
