using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Federation;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>
/// The hosts and what was last heard of each. It belongs to one actor; it reads no clock and does no I/O. A row changes
/// in one assignment, so that the board is whole even after a failure in the middle of a batch.
/// </summary>
/// <remarks>
/// When the table is full a row heard only once gives way to a new name, then the one silent for longest if it is down;
/// a host that is up and was heard twice never does.
/// </remarks>
public sealed class HostTable(HostName self, int capacity = HostTable.DefaultCapacity)
{
    public const int DefaultCapacity = 16384;

    // No row may be called down between two looks.
    private static readonly long ExcusedAfterSeconds =
        WhoTime.DownAfterSeconds - (long)Hearing.LongestPause.TotalSeconds - 10;

    private readonly Dictionary<HostName, HostEntry> entries = [];

    private readonly SilentHosts silent = new();
    private readonly BoardRows rows = new();
    private readonly List<HostEntry> changed = [];
    private readonly HashSet<HostName> removed = [];

    public int Count => entries.Count;

    /// <inheritdoc cref="Flaw.BelievesOlder"/>
    internal bool BelievesOlder { get; init; }

    /// <summary>
    /// Of hosts silent for longer nothing is taken: what one node drops others would give back to it, for ever.
    /// </summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.MaxValue;

    /// <summary>Names whose row is another than when <see cref="TakeChanges"/> was last called.</summary>
    public bool HasChanges => changed.Count + removed.Count > 0; // at times for one that is gone already

    /// <summary>Takes a valid datagram from the network.</summary>
    /// <param name="journey">Its age on arrival, and the relays it passed.</param>
    public Observation Observe(
        WhodDatagram datagram, Via via, IPAddress? address, Moment now, Journey journey = default,
        Gateway? gateway = null)
    {
        if (journey.AgeMilliseconds > LongestSilence.TotalMilliseconds) return Observation.TooOld;
        var heard = now.Before(journey.AgeMilliseconds);
        if (!entries.TryGetValue(datagram.Host, out var entry))
        {
            if (datagram.Host == self) return Observation.OwnName;
            var isFull = entries.Count >= capacity;
            if (isFull && !MakeRoom(now)) return Observation.TableFull;
            var row = new HostRow(new HostStatus(datagram, heard.UnixSeconds), via, address, null)
            {
                HeardMilliseconds = heard.ElapsedMilliseconds,
                DeafMilliseconds = heard.DeafMilliseconds,
                Hops = journey.Hops,
                Port = journey.Port,
                Gateway = gateway,
            };
            entry = Add(row, 1);
            entry.HeardFirst(now);
            entry.IsGuest = isFull;
            return Observation.Accepted;
        }

        var before = entry.Row;
        var outcome = datagram.Host == self
            ? entry.ObserveOwnName(datagram, address, now)
            : entry.Observe(datagram, via, address, journey, gateway, heard, now);
        if (outcome is not (Observation.Seen or Observation.OwnName)) silent.Hears(entry);
        if (!ReferenceEquals(before, entry.Row)) MarkChanged(entry);
        return outcome;
    }

    /// <summary>Takes what this host says of itself.</summary>
    public void Announce(WhodDatagram datagram, Moment now)
    {
        if (!entries.TryGetValue(datagram.Host, out var entry))
        {
            if (entries.Count >= capacity) MakeRoom(now, forSelf: true);
            entry = Add(new HostRow(new HostStatus(datagram, now.UnixSeconds), Via.Self, null, null), 2);
        }

        entry.Announce(datagram, now);
        MarkChanged(entry);
    }

    /// <summary>
    /// Takes a row kept from before, unless its host was heard meanwhile. It is not a change; when there is no room for
    /// it, its host is gone.
    /// </summary>
    public bool Restore(HostRow row)
    {
        if (entries.TryGetValue(row.Host, out var heard))
        {
            heard.IsKnown = true;
            return false;
        }

        if (entries.Count >= capacity)
        {
            removed.Add(row.Host);
            return false;
        }

        Add(row, 2, isNews: false).IsKnown = true;
        return true;
    }

    /// <summary>Marks every row as changed: nobody knows which of them others have.</summary>
    public void MarkAllChanged()
    {
        foreach (var entry in entries.Values) MarkChanged(entry);
    }

    /// <summary>This host's own wall clock was set: all rows were heard as long ago as before.</summary>
    public void MoveReceiveTimes(Moment now)
    {
        foreach (var entry in entries.Values)
        {
            entry.MoveReceiveTime(now);
            MarkChanged(entry);
        }
    }

    /// <summary>
    /// This node was deaf: hosts that would be called down for that, now or soon, are shown as heard later than they
    /// were.
    /// </summary>
    public void Excuse(Moment now)
    {
        foreach (var entry in entries.Values)
        {
            var (shown, silence) = (now.UnixSeconds - entry.Row.Status.ReceiveTime, entry.Silence(now) / 1000);
            if (shown <= ExcusedAfterSeconds || silence >= shown || silence > WhoTime.DownAfterSeconds) continue;
            entry.MoveReceiveTime(now);
            MarkChanged(entry);
        }
    }

    /// <summary>Marks hosts as gone of which others may still know; those that are in the table are not.</summary>
    public void MarkGone(ImmutableArray<HostName> hosts) =>
        removed.UnionWith(hosts.Where(host => !entries.ContainsKey(host)));

    /// <summary>Drops the hosts silent for longer than this; answers how many.</summary>
    public int Forget(TimeSpan silence, Moment now)
    {
        var before = entries.Count;
        foreach (var entry in entries.Values.ToList())
            if (entry.Row.Host != self && now.UnixSeconds - entry.Row.Status.ReceiveTime > silence.TotalSeconds)
                Remove(entry);
        return before - entries.Count;
    }

    /// <summary>The rows that changed and the names that are gone since the last call.</summary>
    public (ImmutableArray<HostRow> Changed, ImmutableArray<HostName> Removed) TakeChanges()
    {
        var news = ImmutableArray.CreateBuilder<HostRow>(changed.Count);
        foreach (var entry in changed)
        {
            if (!entry.IsChanged) continue;
            entry.IsKnown = true;
            entry.IsChanged = false;
            news.Add(entry.Row);
        }

        var names = removed.ToImmutableArray();
        changed.Clear();
        removed.Clear();
        return (news.DrainToImmutable(), names);
    }

    public ImmutableArray<HostRow> Rows() => ToSnapshot().Rows;

    /// <summary>The rows as they will be when somebody asks for them.</summary>
    internal BoardSnapshot ToSnapshot() => new(rows);

    /// <summary>
    /// Whether what this host says may be passed on: not when it took another's place and was heard only once. Such a
    /// row may go as it came, with the memory of what was seen; a copy that comes back would be news again, for ever.
    /// </summary>
    public bool MayPassOn(HostName host) => entries.TryGetValue(host, out var entry) && !entry.IsGuest;

    /// <inheritdoc cref="HostEntry.MayPassOnOlder"/>
    public bool MayPassOnOlder(HostName host, Moment now) =>
        host != self && entries.TryGetValue(host, out var entry) && entry.MayPassOnOlder(now);

    public HostRow? Find(HostName host) => entries.TryGetValue(host, out var entry) ? entry.Row : null;

    /// <summary>Whether this host's conflict was not asked for within the last hour; asking counts.</summary>
    public bool ConflictIsNews(HostName host, Moment now)
    {
        const long Hour = 3600 * 1000;
        if (!entries.TryGetValue(host, out var entry) || entry.Row.Conflict is null) return false;
        if (entry.ConflictLoggedMilliseconds is { } last && now.ElapsedMilliseconds - last < Hour) return false;
        entry.ConflictLoggedMilliseconds = now.ElapsedMilliseconds;
        return true;
    }

    private HostEntry Add(HostRow row, int timesHeard, bool isNews = true)
    {
        var entry = new HostEntry(row, timesHeard)
        {
            IsKnown = removed.Remove(row.Host),
            BelievesOlder = BelievesOlder,
        };
        entries.Add(row.Host, entry);
        rows.Add(entry);
        if (row.Host != self) silent.Add(entry); // it never gives way to another
        if (isNews) MarkChanged(entry);
        return entry;
    }

    private void MarkChanged(HostEntry entry)
    {
        if (entry.IsChanged) return;
        entry.IsChanged = true;
        changed.Add(entry);

        // Entries that are gone stay behind; they are swept out before they outnumber the others.
        if (changed.Count > 2 * entries.Count + 64) changed.RemoveAll(at => !at.IsChanged);
    }

    // For this host itself even one that is up gives way: the bound holds, and every node lists itself.
    private bool MakeRoom(Moment now, bool forSelf = false)
    {
        if (silent.Longest() is not { } victim) return false;
        if (!forSelf && victim.TimesHeard > 1 && !victim.Row.Status.IsDown(now.UnixSeconds)) return false;
        Remove(victim);
        return true;
    }

    private void Remove(HostEntry entry)
    {
        var host = entry.Row.Host;
        entries.Remove(host);
        rows.Remove(entry);
        silent.Removes(entry);
        entry.IsChanged = false;
        if (entry.IsKnown) removed.Add(host);
    }
}
