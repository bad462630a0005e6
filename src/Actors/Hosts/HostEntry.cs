using System.Net;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>All that the table remembers of one host; the row in it is what the board shows.</summary>
internal sealed class HostEntry
{
    private readonly SeenDatagrams seen = new();
    private readonly BootHistory boots = new();
    private readonly SendOrder order;
    private long? foreign; // when another host last used this host's own name

    public HostEntry(HostRow row, int timesHeard)
    {
        Row = row;
        TimesHeard = timesHeard;
        Place = new LinkedListNode<HostEntry>(this);
        order = new SendOrder(row.Status.Datagram.SendTime);
        seen.Add(row.Status.Datagram.Hash);
    }

    public HostRow Row { get; private set; }

    /// <summary>1, or 2 for twice and more.</summary>
    public int TimesHeard { get; private set; }

    /// <summary>Where the entry stands among those that may have to give way.</summary>
    public LinkedListNode<HostEntry> Place { get; }

    /// <summary>Whether somebody was told of the row, and so has to be told when it goes.</summary>
    public bool IsKnown { get; set; }

    /// <summary>When the conflict was last worth a log line.</summary>
    public long? ConflictLoggedMilliseconds { get; set; }

    /// <summary>The row itself came from the network just now.</summary>
    public void HeardFirst(Moment now) => boots.Add(Row.Status.Datagram.BootTime, Row.Address, now);

    /// <summary>Takes a datagram from the network.</summary>
    public Observation Observe(WhodDatagram datagram, Via via, IPAddress? address, Moment now)
    {
        if (!seen.Add(datagram.Hash)) return Observation.Seen;
        boots.Add(datagram.BootTime, address, now);
        TimesHeard = 2;
        var accepted = order.Accepts(datagram.SendTime, now);
        var status = accepted ? new HostStatus(datagram, now.UnixSeconds) : Row.Status;
        var conflict = boots.Of(status.Datagram.BootTime, now);
        if (!accepted && conflict == Row.Conflict) return Observation.Older;
        Row = new HostRow(status, accepted ? via : Row.Via, accepted ? address : Row.Address, conflict);
        return accepted ? Observation.Accepted : Observation.Older;
    }

    /// <summary>Takes what this host says of itself, which is always its status.</summary>
    public void Announce(WhodDatagram datagram, Moment now)
    {
        seen.Add(datagram.Hash);
        TimesHeard = 2;
        var conflict = Row.Via == Via.Self && foreign is { } heard && !IsPast(heard, now) ? Row.Conflict : null;
        Row = new HostRow(new HostStatus(datagram, now.UnixSeconds), Via.Self, null, conflict);
    }

    /// <summary>
    /// Takes a datagram from elsewhere that carries this host's own name. Copies of our own sends are ignored; the
    /// second other one within eleven minutes is a conflict, and our row stays ours.
    /// </summary>
    public Observation ObserveOwnName(WhodDatagram datagram, IPAddress? address, Moment now)
    {
        if (!seen.Add(datagram.Hash)) return Observation.Seen;
        var again = foreign is { } heard && !IsPast(heard, now);
        foreign = now.ElapsedMilliseconds;
        if (again) Row = Row with { Conflict = new NameConflict(null, address) };
        return Observation.OwnName;
    }

    private static bool IsPast(long milliseconds, Moment now) =>
        now.ElapsedMilliseconds - milliseconds > WhoTime.DownAfterSeconds * 1000L;
}
