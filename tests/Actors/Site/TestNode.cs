using System.Collections.Immutable;
using System.Net;
using Rwho.Actors;
using Rwho.Actors.Announce;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>One node of a scene, its ports in memory.</summary>
internal sealed class TestNode
{
    private readonly Scene scene;
    private NodeParts? parts;
    private ActorSystem? system;

    public TestNode(Scene scene, string name, string address)
    {
        this.scene = scene;
        Clock = new SetClock(scene.Time);
        Transport = scene.Lan.Join(IPAddress.Parse(address));
        Settings = new NodeSettings
        {
            Name = Scene.Name(name),
            Query = [QueryEndpoint.At(new IPEndPoint(IPAddress.IPv6Any, 5513))],
        };
        Networks = new FakeNetworks(Ethernet("eth0", 2, address));
        Logger = new RecordingLogger(scene.Log);
    }

    public NodeSettings Settings { get; set; }

    public SetClock Clock { get; }

    public MemoryTransport Transport { get; }

    public MemorySpool Spool { get; set; } = new();

    public FakeNetworks Networks { get; }

    public FakeHost Host { get; } = new();

    public MemoryQuery Query { get; } = new();

    public FakeNames Names { get; } = new();

    /// <summary>The way to other gateways; null for a node that is none.</summary>
    public IFederationTransport? Federation { get; set; }

    public RecordingLogger Logger { get; }

    public long ReplyBytes { get; set; } = QueryLimits.ReplyBytes;

    public List<NodeEvent> Events { get; } = [];

    public IActorRef Root { get; private set; } = ActorRefs.Nobody;

    public NodeCounters Counters => parts!.Counters;

    public FederationState Gateways => parts!.Gateways.State;

    public ReplyMemory Replies => parts!.Replies;

    public PublishedBoard Board => parts!.Board;

    public IReadOnlyList<NeighbourState> Neighbours => parts!.Neighbours.All;

    public ImmutableArray<HostRow> Rows => parts!.Board.Rows;

    public bool IsReady => Events.OfType<NodeEvent.Ready>().Any();

    public static InterfaceAddress Ethernet(string name, int index, string address) => new(
        name, index, InterfaceFlags.Up | InterfaceFlags.Broadcast | InterfaceFlags.Multicast | InterfaceFlags.Running,
        IPAddress.Parse(address), 24, IPAddress.Parse(address[..(address.LastIndexOf('.') + 1)] + "255"));

    /// <summary>Connects it to one more network.</summary>
    public TestNode On(string address)
    {
        Transport.Addresses.Add(IPAddress.Parse(address));
        var count = Networks.Interfaces.Count;
        Networks.Interfaces.Add(Ethernet($"eth{count}", count + 2, address));
        return this;
    }

    public NodeParts ToParts() =>
        new(Settings, Transport, Networks, Host, Spool, Query, Names, Clock, Logger)
        {
            Federation = Federation,
            Replies = new ReplyMemory(ReplyBytes),
        };

    /// <summary>Starts it, or a new life of it after <see cref="Stop"/> or <see cref="Kill"/>.</summary>
    public TestNode Started()
    {
        parts = ToParts();
        Events.Clear();
        var started = parts;
        system = scene.CreateSystem(Logger);
        Root = system.ActorOf(Spawn.Of(() => new RwhoActor(started, Events.Add)), "rwho");
        scene.Settle();
        return this;
    }

    public void Stop()
    {
        Root.Tell(NodeProtocol.Stop.Instance);
        scene.Advance(10);
    }

    /// <summary>Ends it in the middle of everything: nothing is written or said any more.</summary>
    public void Kill()
    {
        system!.Terminate();
        scene.Settle();
    }

    public HostRow? Row(string host) => Rows.FirstOrDefault(row => row.Host == Scene.Name(host));

    /// <summary>ruptime on this node.</summary>
    public bool IsUp(string host) =>
        Row(host) is { } row && !row.Status.IsDown(Clock.GetUtcNow().ToUnixTimeSeconds());
}

/// <summary>The scene's time, with a wall clock that can be set.</summary>
internal sealed class SetClock(TimeProvider time) : TimeProvider
{
    private TimeSpan asleep;

    public TimeSpan By { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp() + (long)(asleep.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + asleep + By;

    /// <summary>The machine sleeps: both clocks go on, and nothing happens.</summary>
    public void Sleep(double seconds) => asleep += TimeSpan.FromSeconds(seconds);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}

/// <summary>The system's interfaces, to be changed by a test.</summary>
internal sealed class FakeNetworks(params InterfaceAddress[] interfaces) : INetworkProbe
{
    private Action? changed;

    public List<InterfaceAddress> Interfaces { get; } = [.. interfaces];

    public Exception? Fault { get; set; }

    public int Reads { get; private set; }

    public IReadOnlyList<InterfaceAddress> Read()
    {
        Reads++;
        return Fault is { } fault ? throw fault : [.. Interfaces];
    }

    public IDisposable OnChange(Action callback)
    {
        changed = callback;
        return new Subscription(this);
    }

    public void Change(Action<List<InterfaceAddress>> change)
    {
        change(Interfaces);
        changed?.Invoke();
    }

    private sealed class Subscription(FakeNetworks owner) : IDisposable
    {
        public void Dispose() => owner.changed = null;
    }
}

/// <summary>Names of hosts, to be changed by a test; addresses stand for themselves.</summary>
internal sealed class FakeNames : INameResolver
{
    public Dictionary<string, string[]> Known { get; } = [];

    public int Asked { get; private set; }

    public void Resolve(string host, Action<IReadOnlyList<IPAddress>> resolved)
    {
        Asked++;
        resolved(Known.TryGetValue(host, out var addresses) ? [.. addresses.Select(IPAddress.Parse)]
            : IPAddress.TryParse(host, out var address) ? [address] : []);
    }
}

/// <summary>How the host is, to be set by a test.</summary>
internal sealed class FakeHost : IHostProbe
{
    public HostReading Reading { get; set; } = new(Scene.Start - 86400, new LoadAverages(32, 21, 12), []);

    public Exception? Fault { get; set; }

    public HostReading Read(long now) => Fault is { } fault ? throw fault : Reading;
}
