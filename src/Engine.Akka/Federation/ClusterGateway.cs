using System.Collections.Immutable;
using Akka.Cluster;
using Akka.Event;
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

    // What Akka.Remote says of connections that are refused for good; tests hold it.
    private const string GivenUpByIt = "The remote system has quarantined this system";
    private const string GivenUpByUs = "has a UID that has been quarantined";

    private readonly ClusterSettings settings;
    private readonly Action<LinkEvent> tell;
    private readonly Cluster cluster = Cluster.Get(Context.System);
    private readonly Dictionary<Address, Known> members = [];
    private readonly Dictionary<string, ActorSelection> ways = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Address> seeds;
    private readonly TimeSpan begun = Context.System.Scheduler.MonotonicClock;
    private bool isAloneTold;
    private bool wasMember;

    public ClusterGateway(ClusterSettings settings, ImmutableArray<Address> seeds, Action<LinkEvent> tell)
    {
        (this.settings, this.seeds, this.tell) = (settings, seeds, tell);
        Receive<ClusterFrame>(frame => tell(new LinkEvent.Came(NameOf(Sender.Path.Address), frame.Bytes)));
        Receive<ClusterKnock>(Take);
        Receive<Send>(message => WayTo(message.To).Tell(new ClusterFrame(message.Bytes), Self));
        Receive<IMemberEvent>(message => Take(message.Member));
        Receive<UnreachableMember>(message => Reach(message.Member, false));
        Receive<ReachableMember>(message => Reach(message.Member, true));
        Receive<TellMembers>(_ => TellWhoIsThere());
        Receive<Look>(_ => LookAround());
        Receive<ThisActorSystemQuarantinedEvent>(message => EndAsGivenUp(message.RemoteAddress));
        Receive<AssociationErrorEvent>(Take);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        cluster.Subscribe(
            Self, SubscriptionInitialStateMode.InitialStateAsEvents, typeof(IMemberEvent), typeof(IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, settings.LookInterval);
    }

    protected override void PostStop()
    {
        cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
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
        if (!IsMember) return;
        wasMember = true;
        tell(new LinkEvent.Members(
        [
            .. members.Where(at => at.Key != cluster.SelfAddress)
                .Select(at => new ClusterMember(NameOf(at.Key), at.Value.Uid, HearsUs(at.Key, at.Value))),
        ]));
    }

    // One gateway that cannot reach another one calls it unreachable to all: what this one sees itself counts more.
    private bool HearsUs(Address address, Known known) => cluster.FailureDetector.IsMonitoring(address)
        ? cluster.FailureDetector.IsAvailable(address)
        : known.UnreachableSince is null;

    private void LookAround()
    {
        var now = Context.System.Scheduler.MonotonicClock;
        if (!IsMember)
        {
            SayIfAlone(now);
            return;
        }

        TellSoon(); // whom this one reaches again without being told of it
        // Who was given up, or started again, is gone only when nobody is unreachable: one takes the others along.
        var isAwaited = cluster.State.Members.Any(member => member.Status == MemberStatus.Down);
        var limit = isAwaited ? settings.LookInterval : settings.GiveUpAfter;
        // Else the first of each side decides, by what it sees itself: if only two miss each other, all stay.
        var decides = isAwaited || cluster.SelfAddress.Equals(cluster.State.Leader);
        foreach (var (address, known) in members)
            if (now - known.UnreachableSince > limit && decides && (isAwaited || !HearsUs(address, known)))
                cluster.Down(address);

        // Whom we gave up, or who gave us up, hears of it only by talking to the other side; and where a seed began a
        // cluster of its own, somebody has to find it.
        var knock = KnockOf(MyIsland());
        foreach (var seed in seeds)
            if (!members.TryGetValue(seed, out var known) || known.UnreachableSince is not null)
                WayTo(NameOf(seed)).Tell(knock, Self);
    }

    private void SayIfAlone(TimeSpan now)
    {
        if (wasMember) return;
        // Others may still hold this place for whom they knew here before: a new incarnation gets in.
        if (now - begun > 2 * settings.PatienceWithSeeds)
            tell(new LinkEvent.Ended("no gateway has let this one in"));
        if (!settings.SaysIfAlone || isAloneTold || now - begun < settings.PatienceWithSeeds) return;
        isAloneTold = true;
        Context.GetLogger().Warning(
            "no gateway has let this one in yet; tried are {0}: is one there, and what does its log say of {1}?",
            string.Join(", ", seeds.Select(NameOf)), NameOf(cluster.SelfAddress));
    }

    // Two clusters become one: the gateways of the lesser one end, and join again by their seeds.
    private void Take(ClusterKnock knock)
    {
        if (!IsMember || members.Any(at => NameOf(at.Key) == knock.From && at.Value.Uid == knock.Incarnation)) return;
        var mine = MyIsland();
        var which = mine.CompareTo(knock.Island);
        if (which > 0) WayTo(knock.From).Tell(KnockOf(mine), Self);
        if (which >= 0) return;
        foreach (var other in Reachable)
            if (other != cluster.SelfAddress) WayTo(NameOf(other)).Tell(knock, Self);
        tell(new LinkEvent.Ended($"{knock.From} is in another, greater federation of the same gateways: joins that"));
    }

    // Systems that gave each other up do not talk any more: what is left is that one calls and is refused. When both
    // did, those end that are not with the first of the seeds.
    private void Take(AssociationErrorEvent refused)
    {
        if (!IsMember || Reachable.Contains(refused.RemoteAddress)) return;
        var why = refused.Cause.ToString();
        if (why.Contains(GivenUpByIt, StringComparison.Ordinal)) EndAsGivenUp(refused.RemoteAddress);
        else if (why.Contains(GivenUpByUs, StringComparison.Ordinal) && seeds.Contains(refused.RemoteAddress)
            && Reachable.Where(seeds.Contains).All(seed =>
                string.CompareOrdinal(NameOf(refused.RemoteAddress), NameOf(seed)) < 0))
            tell(new LinkEvent.Ended(
                $"{NameOf(refused.RemoteAddress)} and this gateway had given each other up: joins anew"));
    }

    private void EndAsGivenUp(Address by) => tell(new LinkEvent.Ended($"{NameOf(by)} had given this gateway up"));

    private bool IsMember => members.ContainsKey(cluster.SelfAddress);

    private IEnumerable<Address> Reachable =>
        members.Where(at => at.Value.UnreachableSince is null).Select(at => at.Key);

    private Island MyIsland()
    {
        var reachable = Reachable.ToList();
        return new Island(seeds.Count(reachable.Contains), reachable.Count, reachable.Min(NameOf)!);
    }

    private ClusterKnock KnockOf(Island island) =>
        new(NameOf(cluster.SelfAddress), cluster.SelfUniqueAddress.Uid, island);

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
