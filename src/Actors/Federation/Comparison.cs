using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// What this node knows beside what another gateway knows: a hash of each bucket of hosts, then the hosts of those that
/// differ, then the statuses that it wants. It finds whatever was lost on the way, and makes a newcomer's whole board.
/// Who compares asks, and is told only what it asks for: nobody is told what it has, or has no room for. Differences
/// that stay (a full table, hosts forgotten sooner) cost their place in each inventory.
/// </summary>
/// <param name="rows">All of this node's.</param>
internal sealed class Comparison(ImmutableArray<HostRow> rows, NodeSettings settings, long now)
{
    private uint[]? bucketHashes;

    /// <summary>Rows that others may have: not those that are off all networks, nor what only listens.</summary>
    public IEnumerable<HostRow> Shared => rows.Where(IsShared);

    /// <summary>Asks what the other one knows.</summary>
    /// <param name="first">The bucket to begin with.</param>
    public FederationMessage.Summary Summary(int first) => new(settings.Name, now, first, [.. Hashes()]);

    /// <summary>Whether the other one may know something else.</summary>
    public bool Differs(FederationMessage.Summary summary) => !Hashes().SequenceEqual(summary.Hashes);

    /// <summary>The answer: the rows of as many differing buckets as a message has room for.</summary>
    public FederationMessage.Inventory Inventory(FederationMessage.Summary summary)
    {
        var own = Hashes();
        var byBucket = Shared.ToLookup(row => FederationMessage.BucketOf(row.Host));
        var items = ImmutableArray.CreateBuilder<ListedHost>();
        var bucket = summary.First;
        for (; bucket < FederationMessage.Buckets; bucket++)
        {
            if (own[bucket] == summary.Hashes[bucket]) continue;
            var hosts = byBucket[bucket].ToList();
            if (items.Count > 0 && items.Count + hosts.Count > FederationMessage.ListedMax) break;
            // One that alone has no room in a message is listed in part.
            foreach (var row in hosts.OrderBy(Age).Take(FederationMessage.ListedMax))
            {
                var datagram = row.Status.Datagram;
                items.Add(new ListedHost(row.Host.StableHash, datagram.Hash, datagram.SendTime, Age(row)));
            }
        }

        return new FederationMessage.Inventory(settings.Name, now, bucket, items.ToImmutable());
    }

    /// <summary>
    /// What to ask of the other one: what was sent or heard later, if there is room for it here; the table decides.
    /// </summary>
    /// <param name="delay">What the inventory was on its way, milliseconds.</param>
    public ImmutableArray<ulong> Wanted(FederationMessage.Inventory inventory, uint delay)
    {
        // Names can be made up whose hashes are alike: one of them is compared.
        var own = new Dictionary<ulong, HostRow>(rows.Length);
        foreach (var row in rows) own.TryAdd(row.Host.StableHash, row);
        var isFull = rows.Length >= settings.HostsMax;
        return
        [
            .. inventory.Items.Where(host =>
            {
                var age = (long)host.AgeMilliseconds + delay;
                if (!own.TryGetValue(host.Name, out var row))
                    return !isFull && age <= settings.Forget.TotalMilliseconds;
                // What was heard off all networks is no newer when others have it, but may be passed on then.
                if (row.Status.Datagram.Hash == host.Datagram) return row.Via == Via.OffNet;
                return row.Via != Via.Self
                    && (age < Age(row) || WhoTime.Difference(host.SendTime, row.Status.Datagram.SendTime) > 0);
            }).Select(host => host.Datagram),
        ];
    }

    /// <summary>How long ago its host was heard, milliseconds.</summary>
    public uint Age(HostRow row) => (uint)Math.Clamp(now - row.HeardMilliseconds, 0, uint.MaxValue);

    // Rows in any order.
    private uint[] Hashes()
    {
        if (bucketHashes is not null) return bucketHashes;
        var hashes = new uint[FederationMessage.Buckets];
        foreach (var row in Shared)
        {
            var hash = row.Status.Datagram.Hash;
            hashes[FederationMessage.BucketOf(row.Host)] ^= (uint)hash ^ (uint)(hash >> 32);
        }

        return bucketHashes = hashes;
    }

    private bool IsShared(HostRow row) =>
        row.Via != Via.OffNet && !(row.Via == Via.Self && settings.ListenOnly);
}
