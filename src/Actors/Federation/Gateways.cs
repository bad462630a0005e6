using System.Collections.Immutable;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>The other gateways: who is there, and what was exchanged. Those that are gone are remembered.</summary>
internal sealed class Gateways
{
    private readonly Dictionary<string, Known> all = new(StringComparer.Ordinal);

    public bool IsJoined { get; private set; }

    /// <summary>Those that can be reached, in the order of their names.</summary>
    public IEnumerable<FederationMember> Reachable =>
        all.Values.Where(at => at.Presence == GatewayPresence.Here).Select(at => at.Member)
            .OrderBy(at => at.Name, StringComparer.Ordinal);

    /// <summary>Who is there from now on.</summary>
    /// <returns>Whose presence changed, and which of the others should be compared with soon.</returns>
    public (ImmutableArray<GatewayState> Changed, ImmutableArray<string> Due) Use(
        ImmutableArray<FederationMember> members, long now)
    {
        var isFirst = !IsJoined;
        IsJoined = true;
        var changed = ImmutableArray.CreateBuilder<GatewayState>();
        var due = ImmutableArray.CreateBuilder<string>();
        var here = members.Select(at => at.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var member in members)
        {
            var presence = member.IsReachable ? GatewayPresence.Here : GatewayPresence.Unreachable;
            var isKnown = all.TryGetValue(member.Name, out var known);
            if (!isKnown || known!.Member.Incarnation != member.Incarnation)
                known = new Known(member) { Node = known?.Node };
            known.Member = member;
            var isChanged = known.Set(presence, now);
            if (isChanged) changed.Add(known.State);
            if (presence == GatewayPresence.Here && (isFirst || isChanged)) due.Add(member.Name);
            all[member.Name] = known;
        }

        foreach (var known in all.Values)
            if (!here.Contains(known.Member.Name) && known.Set(GatewayPresence.Gone, now)) changed.Add(known.State);
        ForgetGone();
        return (changed.ToImmutable(), due.ToImmutable());
    }

    /// <summary>This node is no member any more: nobody can be reached.</summary>
    public void Leave(long now)
    {
        IsJoined = false;
        foreach (var known in all.Values)
            if (known.Presence == GatewayPresence.Here) known.Set(GatewayPresence.Unreachable, now);
    }

    /// <summary>A member, whether it can be reached or not; null for who left, or is not known.</summary>
    public FederationMember? Find(string name) => FindKnown(name)?.Member;

    /// <summary>Takes who sent a message; answers what it was on its way beyond others, milliseconds.</summary>
    /// <inheritdoc cref="TravelDelay.Of"/>
    public uint? Heard(string name, FederationMessage message, bool isAnswer, long now)
    {
        // Of one that joins again it may come sooner than word of that: its clock may be another by now.
        if (FindKnown(name) is not { } known) return null;
        known.Node = message.From;
        return known.Delay.Of(message.SentMilliseconds, now, isAnswer);
    }

    public void CountSent(string name, int statuses)
    {
        if (all.TryGetValue(name, out var known)) known.Sent += statuses;
    }

    public void CountReceived(string name, int statuses)
    {
        if (all.TryGetValue(name, out var known)) known.Received += statuses;
    }

    public FederationState ToState() => new(
        IsJoined, [.. all.Values.Select(at => at.State).OrderBy(at => at.Name, StringComparer.Ordinal)]);

    private Known? FindKnown(string name) =>
        all.TryGetValue(name, out var known) && known.Presence != GatewayPresence.Gone ? known : null;

    private void ForgetGone()
    {
        var gone = all.Values.Where(at => at.Presence == GatewayPresence.Gone).ToList();
        foreach (var known in gone.OrderBy(at => at.State.SinceMilliseconds)
            .Take(gone.Count - FederationLimits.GatewaysGone)) all.Remove(known.Member.Name);
    }

    private sealed class Known(FederationMember member)
    {
        private long since;

        public FederationMember Member { get; set; } = member;

        public HostName? Node { get; set; }

        public GatewayPresence Presence { get; private set; } = GatewayPresence.Gone;

        public TravelDelay Delay { get; } = new();

        public long Sent { get; set; }

        public long Received { get; set; }

        public GatewayState State => new(Member.Name, Node, Presence, since, Sent, Received);

        public bool Set(GatewayPresence presence, long now)
        {
            if (presence == Presence) return false;
            (Presence, since) = (presence, now);
            return true;
        }
    }
}
