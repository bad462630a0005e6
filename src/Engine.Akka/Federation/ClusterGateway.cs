using System.Collections.Immutable;
using Akka.Cluster;
using Akka.Remote;
using static Akka.Cluster.ClusterEvent;

namespace Rwho.Engine.Federation;

/// <summary>
/// A gateway in its own system: follows who is a member, gives up those that cannot be reached for too long, passes
/// frames both ways.
/// </summary>
internal sealed class ClusterGateway : ReceiveActor, IWithTimers
{
    /// <summary>Its name below <c>/user</c>, on every gateway.</summary>
    public const string Name = "federation";

    /// <summary>Where others send to.</summary>
    public const string SelectionPath = "/user/" + Name;

    // Members come one by one, and are told together.
    private static readonly TimeSpan TellTogether = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    // To a seed that is no member: nothing to tell.
    private static readonly ClusterFrame Knock = new(ReadOnlyMemory<byte>.Empty);

    private readonly ClusterSettings settings;
    private readonly Action<LinkEvent> tell;
    private readonly Cluster cluster = Cluster.Get(Context.System);
    private readonly Dictionary<Address, Known> members = [];
    private readonly Dictionary<string, ActorSelection> ways = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Address> seeds;

    public ClusterGateway(ClusterSettings settings, ImmutableArray<Address> seeds, Action<LinkEvent> tell)
    {
        (this.settings, this.seeds, this.tell) = (settings, seeds, tell);
        Receive<ClusterFrame>(Take);
        Receive<Send>(message => WayTo(message.To).Tell(new ClusterFrame(message.Bytes), Self));
        Receive<IMemberEvent>(message => Take(message.Member));
        Receive<UnreachableMember>(message => Reach(message.Member, false));
        Receive<ReachableMember>(message => Reach(message.Member, true));
        Receive<TellMembers>(_ => TellWhoIsThere());
        Receive<Look>(_ => LookAround());
        Receive<ThisActorSystemQuarantinedEvent>(message =>
            tell(new LinkEvent.Ended($"{NameOf(message.RemoteAddress)} had given this gateway up")));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        cluster.Subscribe(
            Self, SubscriptionInitialStateMode.InitialStateAsEvents, typeof(IMemberEvent), typeof(IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookInterval);
    }

    protected override void PostStop()
    {
        cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    private void Take(ClusterFrame frame)
    {
        if (!frame.Bytes.IsEmpty) tell(new LinkEvent.Came(NameOf(Sender.Path.Address), frame.Bytes));
    }

    private void Take(Member member)
    {
        // Who leaves has to wait for all others, those included that cannot be reached: we do not.
        if (member.Status is MemberStatus.Leaving or MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed)
            members.Remove(member.Address);
        else if (members.TryGetValue(member.Address, out var known) && known.Uid == member.UniqueAddress.Uid)
            return;
        else
            members[member.Address] = new Known(member.UniqueAddress.Uid);
        TellSoon();
    }

    private void Reach(Member member, bool isReachable)
    {
        if (!members.TryGetValue(member.Address, out var known) || known.Uid != member.UniqueAddress.Uid) return;
        known.UnreachableSince = isReachable ? null : Context.System.Scheduler.MonotonicClock;
        TellSoon();
    }

    private void TellSoon()
    {
        if (!Timers.IsTimerActive(nameof(TellMembers)))
            Timers.StartSingleTimer(nameof(TellMembers), TellMembers.Instance, TellTogether);
    }

    private void TellWhoIsThere()
    {
        if (!members.ContainsKey(cluster.SelfAddress)) return;
        tell(new LinkEvent.Members(
        [
            .. members.Where(at => at.Key != cluster.SelfAddress)
                .Select(at => new ClusterMember(NameOf(at.Key), at.Value.Uid, at.Value.UnreachableSince is null)),
        ]));
    }

    private void LookAround()
    {
        var now = Context.System.Scheduler.MonotonicClock;
        foreach (var (address, known) in members)
            if (now - known.UnreachableSince > settings.GiveUpAfter) cluster.Down(address);

        // Whom we gave up, or who gave us up, hears of it only by talking to the other side.
        foreach (var seed in seeds)
            if (members.Count > 0 && !members.ContainsKey(seed)) WayTo(NameOf(seed)).Tell(Knock, Self);
    }

    private ActorSelection WayTo(string name)
    {
        if (ways.TryGetValue(name, out var way)) return way;
        if (ways.Count > 1024) ways.Clear();
        var address = Address.Parse($"{cluster.SelfAddress.Protocol}://{ClusterSettings.SystemName}@{name}");
        return ways[name] = Context.ActorSelection(new RootActorPath(address) / "user" / Name);
    }

    internal static string NameOf(Address address) => $"{address.Host}:{address.Port}";

    /// <summary>From the link: a frame for another one.</summary>
    internal sealed record Send(string To, byte[] Bytes);

    private sealed record TellMembers
    {
        public static readonly TellMembers Instance = new();
    }

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed class Known(long uid)
    {
        public long Uid => uid;

        public TimeSpan? UnreachableSince { get; set; }
    }
}
