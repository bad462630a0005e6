using System.Collections.Concurrent;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>
/// Sees what every host says and what every node takes for true, and says at once when something happens that never
/// may.
/// </summary>
internal sealed class Watch(Trace trace, Site site)
{
    public const long Second = 1_000_000;

    /// <summary>How long a step of a clock or a forgery may show after it.</summary>
    public const long HealTime = 15 * 60 * Second;

    // A status may wait for relays, in slow networks, and in a receive buffer.
    public const long LongestTravel = 30 * Second;

    private const int MostViolations = 10_000;

    private readonly ConcurrentDictionary<HostName, Name> names = new();
    private readonly List<(long At, string What)> violations = [];
    private readonly List<(long From, long To)> misjudged = [];

    /// <summary>What never may be, and was: the first few.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            const int Few = 20;
            lock (violations)
                return violations.Count == 0 ? []
                    : [.. violations.Order().Take(Few).Select(found => $"{Clock.Text(found.At)} {found.What}")];
        }
    }

    /// <summary>No violation is noted any more: the run is over.</summary>
    public bool IsOver { get; set; }

    public int LargestTable { get; private set; }

    /// <summary>
    /// A process was suspended: what was said meanwhile is taken for new when it goes on, and passed on as such.
    /// </summary>
    public void Suspends(long from, long to) => misjudged.Add((from - LongestTravel, to));

    /// <summary>
    /// A process starts, and its clock was set while there was none, or just before its end: it cannot know how old is
    /// what it finds in its spool, and passes on.
    /// </summary>
    public void StartsAfterStep(long at) => misjudged.Add((0, at));

    /// <summary>Whether a status sent then may be taken for younger than it is.</summary>
    public bool MayLookYounger(long sent)
    {
        foreach (var (from, to) in misjudged)
            if (sent >= from && sent <= to) return true;
        return false;
    }

    public void Fail(string what) => Fail(what, site.Now, trace);

    /// <summary>From any thread.</summary>
    public void Fail(string what, long at, Trace where)
    {
        if (IsOver) return;
        lock (violations)
        {
            if (violations.Count == MostViolations) return;
            violations.Add((at, what));
        }

        where.Add(at, Event.Fault, -1, 1, $"NEVER: {what}");
    }

    /// <summary>
    /// Whether somebody may not have heard yet that the name's order has healed: who was away by one fault after the
    /// other.
    /// </summary>
    public bool IsDisturbed(HostName name) =>
        NameOf(name).DisturbedAt > site.Now - HealTime - 3 * Scenarios.Faults.Longest;

    public Said SaidOf(HostName name) => NameOf(name).Said;

    /// <summary>Somebody says something in another's name, or says again what another said.</summary>
    public void Forges(WhodDatagram status)
    {
        var name = NameOf(status.Host);
        var isNew = name.Said.Add(status, site.Now);
        // Who says once what was said before changes no order; doing so twice, far enough apart, is a forgery.
        if (isNew || name.ReplayedAt > 0) name.DisturbedAt = site.Now;
        name.ReplayedAt = site.Now;
    }

    /// <summary>A host's clock was set: what it says may be older than before.</summary>
    public void Steps(VirtualHost host)
    {
        NameOf(host.Name).DisturbedAt = site.Now;
        host.SteppedAt = site.Now;
    }

    /// <summary>From now on it is counted when each node has this host on its board.</summary>
    public void Awaits(HostName name) => NameOf(name).AwaitedFrom = site.Now;

    public void SeesTable(int rows) => LargestTable = Math.Max(LargestTable, rows);

    public Name NameOf(HostName name) => names.GetOrAdd(name, static _ => new Name());

    /// <summary>All that is known of one name.</summary>
    internal sealed class Name
    {
        public Said Said { get; } = new();

        public long DisturbedAt { get; set; } = -2 * HealTime;

        /// <summary>When somebody else last said what this host had said, or what it never did.</summary>
        public long ReplayedAt { get; set; } = -1;

        public long? AwaitedFrom { get; set; }
    }
}
