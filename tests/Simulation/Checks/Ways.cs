using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>
/// By which way alone each relay heard a status, and by which ways it passes it on: never back by the same, and of
/// those older than others of their host one a minute.
/// </summary>
internal sealed class Ways
{
    private const long OlderInterval = 59_000_000;

    private readonly Dictionary<(int Host, ulong Hash), int> only = [];
    private readonly Dictionary<(int Host, HostName Name), Order> orders = [];
    private readonly HashSet<int> watched = [];

    public Action<string> Fail { get; set; } = _ => { };

    /// <summary>Whose name it is; -1 for one that somebody made up.</summary>
    public Func<HostName, int> Whose { get; set; } = _ => -1;

    /// <summary>Whether a host's clock was ever set: which is newer then depends on when each was heard.</summary>
    public Func<HostName, bool> HasStepped { get; set; } = _ => false;

    /// <summary>From a network, in one number.</summary>
    public static int OfLan(int lan) => lan + 1;

    /// <summary>From a neighbour, in one number.</summary>
    public static int OfNeighbour(int host) => -host - 2;

    /// <summary>A relay starts, and remembers nothing.</summary>
    public void Starts(int host)
    {
        watched.Add(host);
        foreach (var key in only.Keys.Where(key => key.Host == host).ToList()) only.Remove(key);
        foreach (var key in orders.Keys.Where(key => key.Host == host).ToList()) orders.Remove(key);
    }

    public bool IsWatched(int host) => watched.Contains(host);

    /// <param name="way">0 for one by which statuses are not passed on.</param>
    public void Arrives(int host, WhodDatagram status, int way)
    {
        var order = OrderOf(host, status);
        if (WhoTime.Difference(status.SendTime, order.Newest) > 0) order.Newest = status.SendTime;
        var key = (host, status.Hash);
        var isFirst = only.TryAdd(key, way);
        if (isFirst && WhoTime.Difference(order.Newest, status.SendTime) > 0) order.Older.Add(status.Hash);
        if (only[key] != way) only[key] = 0;
    }

    /// <param name="way">Null for one that says nothing of where the status was heard.</param>
    public void Sends(int host, WhodDatagram status, int? way, long now)
    {
        if (!watched.Contains(host) || !only.TryGetValue((host, status.Hash), out var from)) return;
        if (Whose(status.Host) is var whose && (whose < 0 || whose == host)) return;
        if (from == way) Fail($"h{host} sends a status of {status.Host} back where it came from");
        var order = OrderOf(host, status);
        if (!order.Older.Remove(status.Hash) || HasStepped(status.Host)) return;
        order.Sent.RemoveAll(at => now - at > OlderInterval);
        order.Sent.Add(now);
        // The second may be the one by which the order begins anew.
        if (order.Sent.Count > 2)
            Fail($"h{host} passes on {order.Sent.Count} older statuses of {status.Host} in a minute");
    }

    private Order OrderOf(int host, WhodDatagram status)
    {
        var key = (host, status.Host);
        if (!orders.TryGetValue(key, out var order)) orders[key] = order = new Order { Newest = status.SendTime };
        return order;
    }

    /// <summary>What a relay heard of one name.</summary>
    private sealed class Order
    {
        /// <summary>The newest send time that arrived.</summary>
        public uint Newest { get; set; }

        /// <summary>Those that were older than others when they arrived.</summary>
        public HashSet<ulong> Older { get; } = [];

        /// <summary>When such were passed on lately.</summary>
        public List<long> Sent { get; } = [];
    }
}
