using System.Net;
using Rwho.Actors.Relays;
using Rwho.Actors.Spool;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using static Rwho.Actors.Hosts.HostsProtocol;

namespace Rwho.Actors.Hosts;

/// <summary>
/// Owns the host table. Publishes a snapshot after changes, at most every 50 ms, and gives changes to the spool once a
/// second, when it is done with those before. A batch that makes it fail is dropped and counted; it starts again from
/// the last snapshot.
/// </summary>
public sealed class HostsActor : HealingActor
{
    /// <summary>A burst of batches is worth one snapshot.</summary>
    public static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>However many names are in conflict, lines in the log about them lie at least so far apart.</summary>
    public static readonly TimeSpan ConflictLogInterval = TimeSpan.FromSeconds(10);

    /// <summary>A clock that is off by less against the one before was adjusted, or rounded.</summary>
    public const long ClockStepMilliseconds = 2000;

    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    private readonly NodeParts node;
    private readonly HostTable table;
    private readonly Followers followers;
    private IActorRef? spool;
    private Changes? given; // to the spool
    private long givenAt;
    private bool isGiving; // as soon as the spool may have more
    private long wallOffset; // of the wall clock against the one that only moves forward, in milliseconds
    private long published;
    private long? conflictLoggedMilliseconds;
    private bool dirty;

    public HostsActor(NodeParts node, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        followers = new Followers(node.Counters);
        table = new HostTable(node.Settings.Name, node.Settings.HostsMax)
        {
            BelievesOlder = node.Flaw == Flaw.BelievesOlder,
            LongestSilence = node.Settings.Forget,
        };
    }

    protected override void Begin()
    {
        Timers.StartPeriodicTimer(nameof(ForgetSilent), ForgetSilent.Instance, ForgetInterval);
        Timers.StartPeriodicTimer(nameof(LookAround), LookAround.Instance, Hearing.LookInterval);
        wallOffset = OffsetOf(node.Now);
        LookNow();
        Become(() =>
        {
            Receive<Heard>(message => Observe(message.Batch));
            Receive<Announced>(message => Announce(message.Datagram));
            Receive<FollowChanges>(message =>
            {
                TakeSpool(message);
                GiveChanges();
            });
            Receive<GiveNow>(_ =>
            {
                isGiving = false;
                GiveChanges();
            });
            Receive<Publish>(_ => PublishNow());
            Receive<RelayProtocol.Follow>(message => followers.Add(Sender, message.Copies));
            Receive<RelayProtocol.Taken>(_ => followers.Taken(Sender));
            Receive<Restore>(RestoreRows);
            Receive<Gone>(message => table.MarkGone(message.Hosts));
            Receive<ForgetSilent>(_ => Forget());
            Receive<LookAround>(_ => LookNow());
            Receive<Drain>(message => message.Spool.Tell(TakeChanges(last: true)));
        });
        Changed();
    }

    protected override void Resting()
    {
        Receive<Heard>(message =>
        {
            node.Counters.Dropped(message.Batch.Count);
            message.Batch.Release();
        });
        Receive<Announced>(message => table.Announce(message.Datagram, node.Now));
        Receive<RelayProtocol.Follow>(message => followers.Add(Sender, message.Copies));
        Receive<Restore>(RestoreRows);
        Receive<Gone>(message => table.MarkGone(message.Hosts));
        Receive<FollowChanges>(TakeSpool);
        Receive<Drain>(message => message.Spool.Tell(TakeChanges(last: true)));
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        node.Board.Publish(table.ToSnapshot());
        Self.Tell(new Gone(table.TakeChanges().Removed));
        foreach (var (who, copies) in followers.All) Self.Tell(new RelayProtocol.Follow(copies), who);
        if (spool is { } to) Self.Tell(new FollowChanges(Everything: false), to);
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        // Nobody knows which rows the spool has: once more all of them.
        foreach (var row in node.Board.Rows.OrderBy(row => row.Status.ReceiveTime)) table.Restore(row);
        table.MoveReceiveTimes(node.Now);
        table.MarkAllChanged();
        base.PostRestart(reason);
    }

    private void Observe(ReceiveBatch batch)
    {
        try
        {
            var now = Look(batch.ReceivedAt);
            foreach (ref readonly var item in batch.Items)
            {
                var outcome = table.Observe(item.Datagram, item.Via, item.Address, now, item.Journey, item.Gateway);
                node.Counters.Count(outcome);
                if (outcome != Observation.Seen) LogConflict(item.Datagram.Host, now);
                Follow(item, outcome, now);
            }
        }
        catch
        {
            node.Counters.Dropped(batch.Count);
            throw;
        }
        finally
        {
            batch.Release();
        }

        followers.Tell();
        Changed();
    }

    private void Announce(WhodDatagram datagram)
    {
        var now = LookNow();
        table.Announce(datagram, now);
        if (!followers.IsEmpty && !node.Settings.ListenOnly)
            followers.Add(new HeardStatus(datagram, Via.Self, null, 0, true, now.ElapsedMilliseconds, 0));
        followers.Tell();
        Changed();
    }

    private Moment LookNow() => Look(node.Now);

    /// <summary>Takes what the clocks say, of which time has passed that was no host's silence.</summary>
    private Moment Look(Moment now)
    {
        var isJudged = node.Hearing.Look(ref now, node.Counters, node.Log);
        FollowClock(now);
        if (isJudged && node.Hearing.Excuses(now))
        {
            table.Excuse(now);
            Changed();
        }

        return now;
    }

    // Whoever sets the clock sets when hosts were heard, in the files and for ruptime: nobody is down for that, or up.
    private void FollowClock(Moment now)
    {
        var by = OffsetOf(now) - wallOffset;
        if (Math.Abs(by) < ClockStepMilliseconds) return;
        wallOffset += by;
        table.MoveReceiveTimes(now);
        node.Log.ClockSet(by / 1000);
        Changed();
    }

    private static long OffsetOf(Moment now) => now.UnixMilliseconds - now.ElapsedMilliseconds;

    private void Follow(in HeardDatagram item, Observation outcome, Moment now)
    {
        if (followers.IsEmpty || item.Via == Via.OffNet) return;
        var host = item.Datagram.Host;
        var isNew = outcome switch
        {
            Observation.Accepted => table.MayPassOn(host),
            Observation.Older => node.Flaw == Flaw.ForwardsOlder || table.MayPassOnOlder(host, now),
            _ => node.Flaw == Flaw.ForwardsCopies,
        };
        // Records from a neighbour count as its being there, whatever they say.
        if (!isNew && item.Via != Via.Neighbour && !(followers.WantCopies && outcome == Observation.Seen)) return;
        var at = outcome == Observation.Accepted ? table.Find(host)!.HeardMilliseconds
            : now.ElapsedMilliseconds - item.Journey.AgeMilliseconds;
        followers.Add(new HeardStatus(
            item.Datagram, item.Via, item.Address, item.Journey.Port, isNew, at, item.Journey.Hops));
    }

    private void RestoreRows(Restore restore)
    {
        // The newest first find room, in the order of being heard; for the others there is none.
        var now = node.Now;
        // Who was heard in the future was heard before the clock was set back: until now, at most.
        var oldestFirst = restore.Statuses
            .Select(status => status with { ReceiveTime = Math.Min(status.ReceiveTime, now.UnixSeconds) })
            .OrderBy(status => status.ReceiveTime).ToList();
        var beyond = Math.Max(0, oldestFirst.Count - node.Settings.HostsMax);
        foreach (var status in oldestFirst.Skip(beyond).Concat(oldestFirst.Take(beyond)))
            table.Restore(new HostRow(status, Via.Spool, null, null)
            {
                HeardMilliseconds = now.ElapsedMilliseconds - (now.UnixSeconds - status.ReceiveTime) * 1000,
                DeafMilliseconds = now.DeafMilliseconds,
            });
        if (restore.Statuses.Any(status => status.ReceiveTime > now.UnixSeconds)) table.MarkAllChanged();
        var forgotten = table.Forget(node.Settings.Forget, node.Now);
        dirty = true;
        PublishNow();
        Context.Parent.Tell(NodeProtocol.BoardRestored.Instance);
        GiveChanges();
        LogForgotten(forgotten);
    }

    private void Forget()
    {
        LookNow();
        if (node.Flaw == Flaw.ForgetsToExpire) return;
        var forgotten = table.Forget(node.Settings.Forget, node.Now);
        Changed();
        LogForgotten(forgotten);
    }

    private void LogForgotten(int hosts)
    {
        if (hosts > 0) node.Log.HostsForgotten(hosts);
    }

    private void LogConflict(HostName host, Moment now)
    {
        if (conflictLoggedMilliseconds is { } last
            && now.ElapsedMilliseconds - last < ConflictLogInterval.TotalMilliseconds) return;
        if (!table.ConflictIsNews(host, now) || table.Find(host)?.Conflict is not { } conflict) return;
        conflictLoggedMilliseconds = now.ElapsedMilliseconds;
        node.Log.NameConflict(host, Show(conflict.Ours), Show(conflict.Other));

        static string Show(IPAddress? address) => address?.ToString() ?? "this host";
    }

    private void Changed()
    {
        if (!table.HasChanges) return;
        GiveChanges();
        if (dirty) return;
        dirty = true;
        var since = node.Time.GetElapsedTime(published);
        if (since >= PublishInterval) PublishNow();
        else if (node.Flaw != Flaw.LosesWakeUp)
            Timers.StartSingleTimer(nameof(Publish), Publish.Instance, PublishInterval - since);
    }

    private void PublishNow()
    {
        if (!dirty) return;
        dirty = false;
        published = node.Time.GetTimestamp();
        node.Board.Publish(table.ToSnapshot());
    }

    private void TakeSpool(FollowChanges message)
    {
        spool = Sender;
        given = null;
        if (message.Everything) table.MarkAllChanged();
    }

    private void GiveChanges()
    {
        if (spool is not { } to || !table.HasChanges || isGiving) return;
        if (given is { } last)
        {
            var wait = SpoolActor.WriteInterval - node.Time.GetElapsedTime(givenAt);
            if (wait > TimeSpan.Zero || !last.IsDone)
            {
                isGiving = true;
                Timers.StartSingleTimer(
                    nameof(GiveNow), GiveNow.Instance, wait > TimeSpan.Zero ? wait : SpoolActor.WriteInterval);
                return;
            }
        }

        givenAt = node.Time.GetTimestamp();
        given = TakeChanges(last: false);
        to.Tell(given);
    }

    private Changes TakeChanges(bool last)
    {
        var (rows, removed) = table.TakeChanges();
        return new Changes(rows, removed, last);
    }
}
