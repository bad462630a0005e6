using System.Buffers.Binary;
using System.Collections;
using Microsoft.Extensions.Logging;
using Rwho.Actors;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>
/// Sees what every host says and what every node takes for true, and says at once when something happens that never
/// may.
/// </summary>
internal sealed class Watch(Trace trace, Site site)
{
    private const long Second = 1_000_000;

    /// <summary>How long a step of a clock or a forgery may show after it.</summary>
    private const long HealTime = 15 * 60 * Second;

    // A status may wait for relays, in slow networks, and in a receive buffer.
    private const long LongestTravel = 30 * Second;

    private readonly Dictionary<HostName, Name> names = [];
    private readonly List<(uint SendTime, long At)[]> shown = []; // by node, then by name

    /// <summary>What never may be, and was: the first few.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>No violation is noted any more: the run is over.</summary>
    public bool IsOver { get; set; }

    public Latencies Travel { get; } = new();

    public Latencies Arrivals { get; } = new();

    public int LargestTable { get; private set; }

    /// <summary>
    /// When some process was suspended: what was said meanwhile was read when it went on, and taken for new.
    /// </summary>
    public List<(long From, long To)> Suspensions { get; } = [];

    public void Fail(string what)
    {
        if (IsOver || Violations.Count >= 20) return;
        Violations.Add($"{Clock.Text(site.Now)} {what}");
        trace.Add(site.Now, Event.Fault, -1, 1, $"NEVER: {what}");
    }

    /// <summary>Whether somebody who was away may not have heard yet that the name's order has healed.</summary>
    public bool IsDisturbed(HostName name) =>
        NameOf(name).DisturbedAt > site.Now - HealTime - Scenarios.Faults.Longest;

    public Said SaidOf(HostName name) => NameOf(name).Said;

    /// <summary>A host says something of itself.</summary>
    public void Announces(VirtualHost host, WhodDatagram status)
    {
        if (!NameOf(status.Host).Said.Add(status, site.Now)) return;
        trace.Add(site.Now, Event.Announced, host.Index, status.Hash);
    }

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

    /// <summary>A node starts with nothing that it knew before.</summary>
    public void Forgets(VirtualHost host)
    {
        if (host.Index < shown.Count) shown[host.Index] = [];
    }

    /// <summary>From now on it is counted when each node has this host on its board.</summary>
    public void Awaits(HostName name) => NameOf(name).AwaitedFrom = site.Now;

    public void Spooled(int host, HostName name, Name known, ReadOnlySpan<byte> content, HostClock clock)
    {
        var now = site.Now;
        if (content.Length < WhodLayout.HeaderBytes)
        {
            Fail($"h{host} has {content.Length} bytes in the file of {name}");
            return;
        }

        trace.Add(now, Event.Spooled, host, BinaryPrimitives.ReadUInt64LittleEndian(content[4..]), null);
        if (site.Hosts[host] is { Node: { } node } self && self.Name == name && node.HasJustRead(content))
            Announces(self, Datagrams.InSpool(content));
        if (known.Said.WhenSaid(content) is not { } said)
        {
            Fail($"h{host} shows a status of {name} that nobody ever sent");
            return;
        }

        if (known.Heard(host, said)) Travel.Add(now - said);
        if (known.AwaitedFrom is { } from && said >= from && known.FirstAt(host, from)) Arrivals.Add(now - from);
        CheckOrder(host, known, name, BinaryPrimitives.ReadUInt32LittleEndian(content[4..]));
        CheckAge(host, known, name, clock, now - said, Said.ReceiveTimeOf(content));
    }

    public void Deleted(int host, HostName name) => trace.Add(site.Now, Event.Deleted, host, 0, name);

    public void Logged(VirtualHost host, LogLevel level, string line, Exception? exception)
    {
        trace.Add(site.Now, Event.Logged, host.Index, (ulong)level, exception is null ? line : $"{line}: {exception}");
        if (exception is null) return;
        Fail($"h{host.Index}: {line}: {exception.GetType().Name}: {exception.Message}");
    }

    public void Happened(VirtualHost host, NodeEvent what)
    {
        trace.Add(site.Now, Event.Node, host.Index, 0, what.GetType().Name);
        if (what is NodeEvent.Lost lost) Fail($"h{host.Index} lost {lost.Part}: {lost.Reason}");
    }

    public void SeesTable(int rows) => LargestTable = Math.Max(LargestTable, rows);

    private void CheckOrder(int host, Name known, HostName name, uint sendTime)
    {
        var now = site.Now;
        ref var last = ref Shown(host, known.Number);
        if (last.At > 0 && WhoTime.Difference(sendTime, last.SendTime) < 0
            && known.DisturbedAt < last.At - HealTime)
            Fail($"h{host} went back from a status of {name} to one sent "
                + $"{WhoTime.Difference(last.SendTime, sendTime)} s before");
        if (last.SendTime != sendTime || last.At == 0) last = (sendTime, now);
    }

    // A status is as old on every board as it is.
    private void CheckAge(int host, Name known, HostName name, HostClock clock, long age, uint received)
    {
        var now = site.Now;
        if (known.ReplayedAt > now - age) return;
        if (site.Hosts[host].SteppedAt > now - HealTime || known.DisturbedAt > now - HealTime) return;
        if (Suspensions.Exists(at => now - age >= at.From - LongestTravel && now - age <= at.To)) return;
        var shownAge = WhoTime.Difference(WhoTime.Fold(clock.UnixSeconds), received) * Second;
        if (shownAge < -2 * Second || age - shownAge > LongestTravel)
            Fail($"h{host} has a status of {name} as {shownAge / Second} s old that is {age / Second} s old");
    }

    private ref (uint SendTime, long At) Shown(int host, int name)
    {
        while (shown.Count <= host) shown.Add([]);
        var all = shown[host];
        if (all.Length <= name)
        {
            Array.Resize(ref all, Math.Max(name + 1, 2 * all.Length));
            shown[host] = all;
        }

        return ref all[name];
    }

    public Name NameOf(HostName name)
    {
        if (names.TryGetValue(name, out var known)) return known;
        return names[name] = new Name(names.Count);
    }

    /// <summary>All that is known of one name.</summary>
    internal sealed class Name(int number)
    {
        private readonly BitArray heardBy = new(64);
        private readonly BitArray arrivedAt = new(64);
        private long heard = -1;
        private long arriving = -1;

        public int Number => number;

        public Said Said { get; } = new();

        public long DisturbedAt { get; set; } = -2 * HealTime;

        /// <summary>When somebody else last said what this host had said, or what it never did.</summary>
        public long ReplayedAt { get; set; } = -1;

        public long? AwaitedFrom { get; set; }

        /// <summary>Whether this node has what was said then for the first time.</summary>
        public bool Heard(int host, long said)
        {
            if (said < heard) return false;
            if (said > heard) heardBy.SetAll(false);
            heard = said;
            return Add(heardBy, host);
        }

        public bool FirstAt(int host, long from)
        {
            if (from > arriving) arrivedAt.SetAll(false);
            arriving = from;
            return Add(arrivedAt, host);
        }

        private static bool Add(BitArray hosts, int host)
        {
            if (hosts.Length <= host) hosts.Length = host + 64;
            if (hosts[host]) return false;
            hosts[host] = true;
            return true;
        }
    }
}
