using System.Collections.Immutable;
using Rwho.Actors.Federation;

namespace Rwho.Tests.Actors.Federation;

/// <summary>
/// Gateways that can reach each other, in virtual time: each is a member under the name of its address. Who is cut off,
/// frozen or killed is out of reach for the others after <see cref="DetectSeconds"/>, and gone when told so.
/// </summary>
internal sealed class MemoryFederation(TimeProvider time)
{
    /// <summary>After what silence a member is out of reach.</summary>
    public const double DetectSeconds = 5;

    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> cuts = [];
    private readonly HashSet<ITimer> timers = [];
    private long incarnations;

    /// <summary>How long a message takes, in milliseconds.</summary>
    public Func<string, string, double> Delay { get; set; } = (_, _) => 1;

    /// <summary>Whether a message is lost.</summary>
    public Func<string, string, bool> Loses { get; set; } = (_, _) => false;

    /// <summary>How long word of a newcomer takes to those that are there, in milliseconds.</summary>
    public double WordMilliseconds { get; set; } = 50;

    /// <summary>Failures for who joins, or sends.</summary>
    public Func<string, Exception?> JoinFault { get; set; } = _ => null;

    /// <inheritdoc cref="JoinFault"/>
    public Func<string, Exception?> SendFault { get; set; } = _ => null;

    public List<FederationSent> Sent { get; } = [];

    /// <summary>How often each joined.</summary>
    public Dictionary<string, int> Joins { get; } = [];

    /// <summary>A node's way in.</summary>
    public IFederationTransport Gateway(string name) => new Transport(this, name);

    /// <summary>A member that says and hears what a test wants.</summary>
    public IFederationLink Puppet(string name, Action<FederationEvent> told) => Join(name, told);

    /// <summary>Nothing comes through any more between these two.</summary>
    public void Cut(string one, string other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    public void CutOneWay(string from, string to)
    {
        cuts.Add((from, to));
        After(DetectSeconds * 1000, TellMembers);
    }

    /// <summary>Each of these from each of those.</summary>
    public void Part(IReadOnlyList<string> these, IReadOnlyList<string> those)
    {
        foreach (var one in these)
            foreach (var other in those) Cut(one, other);
    }

    public void Heal()
    {
        cuts.Clear();
        After(1000, TellMembers);
    }

    /// <summary>The process stands still: what it says and hears waits until <see cref="Thaw"/>.</summary>
    public void Freeze(string name)
    {
        members[name].Waiting = new Queue<Action>();
        After(DetectSeconds * 1000, TellMembers);
    }

    public void Thaw(string name)
    {
        var waiting = members[name].Waiting!;
        members[name].Waiting = null;
        while (waiting.TryDequeue(out var next)) next();
        After(1000, TellMembers);
    }

    /// <summary>The process ends and says nothing; the others give it up so many seconds later.</summary>
    public void Kill(string name, double goneSeconds = 20)
    {
        if (!members.TryGetValue(name, out var member)) return;
        member.IsDead = true;
        After(DetectSeconds * 1000, TellMembers);
        After(goneSeconds * 1000, () => Remove(member));
    }

    /// <summary>The others have given it up, and it hears so.</summary>
    public void End(string name, string reason)
    {
        var member = members[name];
        Remove(member);
        member.Tell(new FederationEvent.Ended(reason));
    }

    private Link Join(string name, Action<FederationEvent> tell)
    {
        Joins[name] = Joins.GetValueOrDefault(name) + 1;
        if (JoinFault(name) is { } fault) throw fault;
        if (members.TryGetValue(name, out var before)) Remove(before);
        var member = new Member(name, ++incarnations, tell);
        members[name] = member;
        After(0, () => TellMembers(member));
        After(WordMilliseconds, TellMembers);
        return new Link(this, member);
    }

    private void Send(Member from, FederationMember to, byte[] bytes)
    {
        if (SendFault(from.Name) is { } fault) throw fault;
        Sent.Add(new FederationSent(from.Name, to.Name, bytes));
        if (from.IsDead || !IsMember(from)) return;
        if (from.Waiting is { } waiting) waiting.Enqueue(() => Carry(from, to, bytes));
        else Carry(from, to, bytes);
    }

    private void Carry(Member from, FederationMember to, byte[] bytes)
    {
        if (cuts.Contains((from.Name, to.Name)) || Loses(from.Name, to.Name)) return;
        After(Delay(from.Name, to.Name), () => Deliver(from, to, bytes));
    }

    private void Deliver(Member from, FederationMember to, byte[] bytes)
    {
        if (!members.TryGetValue(to.Name, out var at) || at.IsDead || at.Incarnation != to.Incarnation) return;
        if (at.Waiting is { } waiting) waiting.Enqueue(() => at.Tell(new FederationEvent.Came(from.Name, bytes)));
        else at.Tell(new FederationEvent.Came(from.Name, bytes));
    }

    private void Remove(Member member)
    {
        if (!IsMember(member)) return;
        members.Remove(member.Name);
        TellMembers();
    }

    private bool IsMember(Member member) => members.TryGetValue(member.Name, out var at) && at == member;

    private void TellMembers()
    {
        foreach (var member in members.Values.ToList()) TellMembers(member);
    }

    private void TellMembers(Member to)
    {
        if (to.IsDead || !IsMember(to)) return;
        if (to.Waiting is { } waiting)
        {
            waiting.Enqueue(() => TellMembers(to));
            return;
        }

        ImmutableArray<FederationMember> others =
        [
            .. members.Values.Where(at => at != to)
                .Select(at => new FederationMember(at.Name, at.Incarnation, IsInReach(to.Name, at))),
        ];
        if (to.Told is { } told && told.SequenceEqual(others)) return;
        to.Told = others;
        to.Tell(new FederationEvent.Members(others));
    }

    private bool IsInReach(string from, Member to) => to is { IsDead: false, Waiting: null }
        && !cuts.Contains((from, to.Name)) && !cuts.Contains((to.Name, from));

    private void After(double milliseconds, Action action)
    {
        // The clock holds a timer only as long as somebody holds it.
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                timers.Remove(timer!);
                action();
            },
            null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        timers.Add(timer);
    }

    private sealed class Member(string name, long incarnation, Action<FederationEvent> tell)
    {
        public string Name => name;

        public long Incarnation => incarnation;

        public bool IsDead { get; set; }

        /// <summary>What waits for its process to go on; null while that runs.</summary>
        public Queue<Action>? Waiting { get; set; }

        public ImmutableArray<FederationMember>? Told { get; set; }

        public void Tell(FederationEvent told) => tell(told);
    }

    private sealed class Transport(MemoryFederation federation, string name) : IFederationTransport
    {
        public Task WhenLeft { get; } = Task.CompletedTask;

        public IFederationLink Join(Action<FederationEvent> tell) => federation.Join(name, tell);
    }

    private sealed class Link(MemoryFederation federation, Member member) : IFederationLink
    {
        public void Send(FederationMember to, byte[] message) => federation.Send(member, to, message);

        public void Dispose()
        {
            if (!member.IsDead) federation.Remove(member);
        }
    }
}

/// <summary>A message on its way between gateways.</summary>
internal sealed record FederationSent(string From, string To, byte[] Bytes);
