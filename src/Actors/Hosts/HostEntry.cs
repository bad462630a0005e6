using System.Net;
using Rwho.Actors.Federation;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>All that the table remembers of one host, with the row that stands on the board.</summary>
internal sealed class HostEntry : HostEvidence
{
    private SeenDatagrams seen;
    private BootHistory boots;
    private SendOrder order;
    private ulong shown; // the row's datagram's hash
    private long? foreign; // when another host last used this host's own name
    private long? olderPassedOn;
    private HostRow row;

    public HostEntry(HostRow row, int timesHeard)
    {
        if (row.Evidence is { } before) CountOn(before);
        this.row = row with { Evidence = this };
        shown = row.Status.Datagram.Hash;
        TimesHeard = timesHeard;
        order = new SendOrder(row.Status.Datagram.SendTime);
        seen.Add(row.Status.Datagram.Hash);
    }

    /// <summary>On the board, from any thread: another takes its place in one assignment.</summary>
    public HostRow Row
    {
        get => Volatile.Read(ref row);
        private set
        {
            Volatile.Write(ref row, value);
            shown = value.Status.Datagram.Hash;
        }
    }

    /// <summary>Where <see cref="BoardRows"/> has it.</summary>
    public int PlaceOnBoard { get; set; }

    /// <summary>1, or 2 for twice and more.</summary>
    public int TimesHeard { get; private set; }

    /// <summary>When the host was last heard, by <see cref="SilentHosts"/>.</summary>
    public long Heard { get; set; }

    /// <summary>Whether <see cref="SilentHosts"/> has it among those heard twice.</summary>
    public bool IsAmongTwice { get; set; }

    /// <summary>The host is in the table no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the row is another than the spool was last told of.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether somebody was told of the row, and so has to be told when it goes.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether it took the place of another host, and was heard only once.</summary>
    public bool IsGuest { get; set; }

    /// <inheritdoc cref="Flaw.BelievesOlder"/>
    internal bool BelievesOlder { get; init; }

    /// <summary>When the conflict was last worth a log line.</summary>
    public long? ConflictLoggedMilliseconds { get; set; }

    /// <summary>The row itself came from the network just now.</summary>
    public void HeardFirst(Moment now)
    {
        Count(Observation.Accepted);
        boots.Add(Row.Status.Datagram.BootTime, Row.Address, now);
    }

    /// <summary>Takes a datagram from the network.</summary>
    /// <param name="journey">The relays that it passed, and the last one's port.</param>
    /// <param name="gateway">Who brought it into the federation, if it came from there.</param>
    /// <param name="heard">When its host was heard.</param>
    public Observation Observe(
        WhodDatagram datagram, Via via, IPAddress? address, Journey journey, Gateway? gateway, Moment heard, Moment now)
    {
        var outcome = Take(datagram, via, address, journey, gateway, heard, now);
        Count(outcome);
        return outcome;
    }

    private Observation Take(
        WhodDatagram datagram, Via via, IPAddress? address, Journey journey, Gateway? gateway, Moment heard, Moment now)
    {
        if (IsCopy(datagram))
            return IsWayIn(datagram, via) ? Move(via, address, journey, gateway) : Observation.Seen;
        boots.Add(datagram.BootTime, address, now);
        TimesHeard = 2;
        IsGuest = false;
        if ((!IsLate(datagram, heard) && order.Accepts(datagram.SendTime, heard)) || BelievesOlder)
        {
            Row = new HostRow(
                new HostStatus(datagram, heard.UnixSeconds), via, address, boots.Of(datagram.BootTime, now))
            {
                HeardMilliseconds = heard.ElapsedMilliseconds,
                DeafMilliseconds = heard.DeafMilliseconds,
                Hops = journey.Hops,
                Port = journey.Port,
                Gateway = gateway,
                Evidence = this,
            };
            return Observation.Accepted;
        }

        var conflict = boots.Of(Row.Status.Datagram.BootTime, now);
        if (conflict != Row.Conflict) Row = Row with { Conflict = conflict };
        return Observation.Older;
    }

    // Whoever makes up many statuses of a host drives out what was seen; the one shown is remembered all the same.
    private bool IsCopy(WhodDatagram datagram) => datagram.Hash == shown || !seen.Add(datagram.Hash);

    // It waited on its way, and the one shown was heard after it: it does not tell of a clock that was set back since.
    private bool IsLate(WhodDatagram datagram, Moment heard) =>
        heard.ElapsedMilliseconds < Row.HeardMilliseconds
        && WhoTime.Difference(datagram.SendTime, Row.Status.Datagram.SendTime) < 0;

    // First heard off all networks, which is passed on to nobody; now by a way from which it is. No newer for that.
    private bool IsWayIn(WhodDatagram datagram, Via via) =>
        Row.Via == Via.OffNet && via != Via.OffNet && datagram.Hash == shown;

    private Observation Move(Via via, IPAddress? address, Journey journey, Gateway? gateway)
    {
        Row = Row with
        {
            Via = via,
            Address = address,
            Hops = journey.Hops,
            Port = journey.Port,
            Gateway = gateway,
        };
        return Observation.Accepted;
    }

    /// <summary>
    /// Whether an announcement older than the one shown may be passed on; asking counts. Without it each relay would
    /// need two of them to see that the host's clock was set back, and hosts behind several would be called down.
    /// </summary>
    public bool MayPassOnOlder(Moment now)
    {
        if (IsGuest) return false;
        if (olderPassedOn is { } last
            && now.ElapsedMilliseconds - last < RelayLimits.OlderIntervalMilliseconds) return false;
        olderPassedOn = now.ElapsedMilliseconds;
        return true;
    }

    /// <summary>For how long the host was silent while this node could hear, in milliseconds.</summary>
    public long Silence(Moment now) => Math.Max(
        0, now.ElapsedMilliseconds - Row.HeardMilliseconds - (now.DeafMilliseconds - Row.DeafMilliseconds));

    /// <summary>Shows the row as heard so long ago as the host was silent, by the wall clock as it is now.</summary>
    public void MoveReceiveTime(Moment now) =>
        Row = Row with { Status = Row.Status with { ReceiveTime = now.Before(Silence(now)).UnixSeconds } };

    /// <summary>Takes what this host says of itself, which is always its status.</summary>
    public void Announce(WhodDatagram datagram, Moment now)
    {
        seen.Add(datagram.Hash);
        TimesHeard = 2;
        var conflict = Row.Via == Via.Self && foreign is { } heard && !IsPast(heard, now) ? Row.Conflict : null;
        Row = new HostRow(new HostStatus(datagram, now.UnixSeconds), Via.Self, null, conflict)
        {
            HeardMilliseconds = now.ElapsedMilliseconds,
            DeafMilliseconds = now.DeafMilliseconds,
            Evidence = this,
        };
    }

    /// <summary>
    /// Takes a datagram from elsewhere that carries this host's own name. Copies of our own sends are ignored; the
    /// second other one within eleven minutes is a conflict, and our row stays ours.
    /// </summary>
    public Observation ObserveOwnName(WhodDatagram datagram, IPAddress? address, Moment now)
    {
        if (IsCopy(datagram)) return Observation.Seen;
        var again = foreign is { } heard && !IsPast(heard, now);
        foreign = now.ElapsedMilliseconds;
        if (again) Row = Row with { Conflict = new NameConflict(null, address) };
        return Observation.OwnName;
    }

    private static bool IsPast(long milliseconds, Moment now) =>
        now.ElapsedMilliseconds - milliseconds > WhoTime.DownAfterSeconds * 1000L;
}
