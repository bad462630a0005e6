using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// What this node knows beside what another gateway knows: a hash of each bucket of hosts, then the hosts of those that
/// differ, then the statuses themselves. It finds whatever was lost on the way, and makes a newcomer's whole board.
/// </summary>
internal static class Comparison
{
    /// <summary>Rows that others may have: not those that are off all networks, nor what only listens.</summary>
    public static IEnumerable<HostRow> Shared(ImmutableArray<HostRow> rows, NodeSettings settings) =>
        rows.Where(row => row.Via != Via.OffNet && !(row.Via == Via.Self && settings.ListenOnly));

    /// <summary>A hash a bucket; rows in any order.</summary>
    public static ImmutableArray<uint> Hashes(IEnumerable<HostRow> rows)
    {
        var hashes = new uint[FederationMessage.Buckets];
        foreach (var row in rows)
        {
            var hash = row.Status.Datagram.Hash;
            hashes[FederationMessage.BucketOf(row.Host)] ^= (uint)hash ^ (uint)(hash >> 32);
        }

        return ImmutableArray.Create(hashes);
    }

    /// <summary>The answer to a summary: the rows of as many differing buckets as a message has room for.</summary>
    public static FederationMessage.Inventory Inventory(
        FederationMessage.Summary summary, IReadOnlyCollection<HostRow> rows, NodeSettings settings, long now)
    {
        var own = Hashes(rows);
        var byBucket = rows.ToLookup(row => FederationMessage.BucketOf(row.Host));
        var listed = ImmutableHashSet.CreateBuilder<int>();
        var items = ImmutableArray.CreateBuilder<ListedHost>();
        var hasMore = false;
        for (var bucket = 0; bucket < FederationMessage.Buckets; bucket++)
        {
            if (own[bucket] == summary.Hashes[bucket]) continue;
            var hosts = byBucket[bucket].ToList();
            // One that alone has no room in a message is compared in part: its newest.
            if (listed.Count == 0 && hosts.Count > FederationMessage.ListedMax)
                hosts = [.. hosts.OrderByDescending(row => row.HeardMilliseconds).Take(FederationMessage.ListedMax)];
            hasMore = items.Count + hosts.Count > FederationMessage.ListedMax;
            if (hasMore) break;
            listed.Add(bucket);
            foreach (var row in hosts)
                items.Add(new ListedHost(row.Host.StableHash, row.Status.Datagram.Hash, Age(row, now)));
        }

        return new FederationMessage.Inventory(
            settings.Name, now, rows.Count >= settings.HostsMax, hasMore,
            (uint)Math.Min(settings.Forget.TotalSeconds, uint.MaxValue), listed.ToImmutable(), items.ToImmutable());
    }

    /// <summary>What to ask of the other one, and what it lacks.</summary>
    /// <param name="delay">What the inventory was on its way, milliseconds.</param>
    public static (ImmutableArray<ulong> Wanted, ImmutableArray<HostRow> Lacking) Compare(
        FederationMessage.Inventory inventory, uint delay, IReadOnlyCollection<HostRow> rows, NodeSettings settings,
        long now)
    {
        var isFull = rows.Count >= settings.HostsMax;
        var own = rows.Where(row => inventory.Listed.Contains(FederationMessage.BucketOf(row.Host)))
            .ToDictionary(row => row.Host.StableHash);
        var wanted = ImmutableArray.CreateBuilder<ulong>();
        var lacking = ImmutableArray.CreateBuilder<HostRow>();
        foreach (var host in inventory.Items)
        {
            var age = (long)host.AgeMilliseconds + delay;
            if (!own.Remove(host.Name, out var row))
            {
                if (!isFull && age <= settings.Forget.TotalMilliseconds) wanted.Add(host.Datagram);
            }
            else if (row.Status.Datagram.Hash != host.Datagram)
            {
                if (Age(row, now) > age) wanted.Add(host.Datagram);
                else lacking.Add(row);
            }
        }

        foreach (var row in own.Values)
            if (!inventory.IsFull && Age(row, now) <= inventory.LongestSilenceSeconds * 1000L) lacking.Add(row);
        return (wanted.ToImmutable(), lacking.ToImmutable());
    }

    /// <summary>How long ago its host was heard, milliseconds.</summary>
    public static uint Age(HostRow row, long now) => (uint)Math.Clamp(now - row.HeardMilliseconds, 0, uint.MaxValue);
}
