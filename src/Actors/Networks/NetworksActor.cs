using System.Collections.Immutable;
using static Rwho.Actors.Networks.NetworksProtocol;

namespace Rwho.Actors.Networks;

/// <summary>
/// Knows the networks: reads them from the system at the start, when the system tells of a change, and now and then in
/// case it did not. While the system does not tell, those known before stay. One child a network that is announced to.
/// </summary>
public sealed class NetworksActor : HealingActor
{
    /// <summary>Changes come in bursts: an interface that appears, then goes up, then has an address.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    /// <summary>How often to look without being told.</summary>
    public static readonly TimeSpan ReadInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often to ask a system that does not tell.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly NodeParts node;
    private readonly HashSet<IActorRef> followers = [];
    private readonly Dictionary<Network, IActorRef> children = [];
    private readonly HashSet<string> missing = [];
    private IReadOnlyList<InterfaceAddress>? known;
    private NetworkMap map = NetworkMap.Empty;
    private IDisposable? subscription;
    private IActorRef? udp;
    private long named;
    private long? told; // that the system does not tell
    private bool isUnread;
    private bool hasFailed;

    public NetworksActor(NodeParts node, Backoff backoff)
        : base(backoff) => this.node = node;

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Follow>(_ => AddFollower(Sender));
            Receive<Use>(message => udp = message.Udp);
            Receive<Broadcast>(Send);
            Receive<Changing>(_ => Timers.StartSingleTimer(nameof(Changing), Read.Instance, SettleTime));
            Receive<Read>(_ => ReadNow());
        });
        ReadNow();
        // Who waits to know is told that there are none.
        if (map.Equals(NetworkMap.Empty))
            foreach (var follower in followers) follower.Tell(new Changed(map, Arrived: false));
        Timers.StartPeriodicTimer(nameof(Read), Read.Instance, ReadInterval);
    }

    protected override void Resting()
    {
        Receive<Follow>(_ =>
        {
            followers.Add(Sender);
            // After a failure nobody knows when there will be networks again; at the start, in a moment.
            if (hasFailed) Sender.Tell(new Changed(map, Arrived: false));
        });
        Receive<Use>(message => udp = message.Udp);
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        foreach (var follower in followers) Self.Tell(Follow.Instance, follower);
        if (udp is not null) Self.Tell(new Use(udp));
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        hasFailed = true;
        base.PostRestart(reason);
    }

    protected override void PostStop() => subscription?.Dispose();

    private void AddFollower(IActorRef follower)
    {
        followers.Add(follower);
        follower.Tell(new Changed(map, Arrived: false));
    }

    private void Send(Broadcast message)
    {
        if (udp is null) return;
        foreach (var child in children.Values) child.Tell(new NetworkSend(message.Datagram.Bytes, udp));
    }

    private void ReadNow()
    {
        try
        {
            Take(node.NetworkProbe.Read());
            Subscribe();
            if (isUnread) node.Log.InterfacesRead();
            isUnread = false;
        }
        catch (IOException failure)
        {
            Timers.StartSingleTimer(nameof(RetryInterval), Read.Instance, RetryInterval);
            if (told is { } last && node.Time.GetElapsedTime(last) < LogInterval) return;
            (told, isUnread) = (node.Time.GetTimestamp(), true);
            node.Log.InterfacesUnread(failure.Message, RetryInterval.TotalSeconds);
        }
    }

    private void Subscribe()
    {
        if (subscription is not null) return;
        var self = Self;
        subscription = node.NetworkProbe.OnChange(() => self.Tell(Changing.Instance));
        self.Tell(Changing.Instance); // whatever changed before anybody told
    }

    private void Take(IReadOnlyList<InterfaceAddress> interfaces)
    {
        if (known is not null && interfaces.SequenceEqual(known)) return;
        known = interfaces;
        var next = NetworkMap.Of(interfaces, node.Settings.Networks, node.Settings.Port);
        TellMissing(interfaces);
        if (next.Equals(map)) return;
        var before = map.Networks.SelectMany(network => network.Destinations).ToImmutableHashSet();
        var arrived = next.Networks.Any(network => !network.Destinations.All(before.Contains));
        map = next;
        Arrange();
        foreach (var follower in followers) follower.Tell(new Changed(map, arrived));
    }

    private void Arrange()
    {
        foreach (var (network, child) in children.ToArray())
        {
            if (map.Networks.Contains(network)) continue;
            Context.Stop(child);
            children.Remove(network);
            node.Log.NetworkGone(network.Name, network.Address);
        }

        foreach (var network in map.Networks)
        {
            if (children.ContainsKey(network)) continue;
            var child = Context.ActorOf(Spawn.Of(() => new NetworkActor(network, node)), $"{++named}");
            children.Add(network, child);
            node.Log.NetworkThere(network.Name, network.Address, string.Join(", ", network.Destinations));
        }
    }

    private void TellMissing(IReadOnlyList<InterfaceAddress> interfaces)
    {
        foreach (var name in node.Settings.Networks.Interfaces)
        {
            if (interfaces.Any(at => at.IsCalled(name))) missing.Remove(name);
            else if (missing.Add(name)) node.Log.InterfaceMissing(name);
        }
    }

    private sealed record Changing
    {
        public static readonly Changing Instance = new();
    }
}
