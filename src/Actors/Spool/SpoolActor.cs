using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Spool;

/// <summary>
/// Keeps the spool: reads it once at the start, then writes what changed. A host's file is at most a second behind the
/// table and written at most once a second, since the table gives changes that often, and not before the last are done.
/// <para>
/// What is not written waits, one status a host. While the spool takes nothing, one file is tried every ten seconds; as
/// soon as that is written, so are all the others.
/// </para>
/// </summary>
public sealed class SpoolActor : HealingActor
{
    public static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    /// <summary>What could not be written is tried again this often.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>While files are written, it is seen this often whether the others are still there.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>Files that are missing are written anew this often at most.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromMinutes(1);

    /// <summary>So many files that cannot be written are tried at a time.</summary>
    public const int FailuresAtATime = 64;

    private readonly NodeParts node;
    private readonly IActorRef hosts;
    private readonly SpoolHealth health;
    private readonly HashSet<HostName> kept = []; // hosts that have a file
    private readonly Dictionary<HostName, HostStatus?> unwritten = []; // null: to be deleted
    private readonly byte[] buffer = new byte[WhodLayout.MaxBytes];
    private long? looked;
    private long? renewed;
    private int turn; // where in the unwritten the next try begins
    private bool takesNothing;
    private bool isRead;
    private bool restarted;

    public SpoolActor(NodeParts node, IActorRef hosts, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.hosts = hosts;
        health = new SpoolHealth(node);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<HostsProtocol.Changes>(Write);
            Receive<Retry>(_ => WriteAgain());
        });
        var statuses = ImmutableArray<HostStatus>.Empty;
        Try(() =>
        {
            node.Spool.IsAnother();
            statuses = ReadAll();
        });
        hosts.Tell(new HostsProtocol.Restore(statuses));
        hosts.Tell(new HostsProtocol.FollowChanges(Everything: restarted));
        EndOfTurn();
    }

    protected override void PostRestart(Exception reason)
    {
        restarted = true; // the changes in hand are lost
        base.PostRestart(reason);
    }

    protected override void Resting() => Receive<HostsProtocol.Changes>(changes =>
    {
        if (changes.Last) Context.Parent.Tell(NodeProtocol.Drained.Instance);
    });

    private ImmutableArray<HostStatus> ReadAll()
    {
        var now = node.Now.UnixSeconds;
        var statuses = ImmutableArray.CreateBuilder<HostStatus>();
        var strange = 0;
        foreach (var (fileName, content) in node.Spool.ReadAll())
        {
            if (SpoolFile.TryReadOwn(fileName, content, now, out var status)) statuses.Add(status);
            else strange++;
        }

        kept.UnionWith(statuses.Select(status => status.Datagram.Host));
        isRead = true;
        node.Log.SpoolRead(statuses.Count, strange);
        return statuses.ToImmutable();
    }

    private void Write(HostsProtocol.Changes changes)
    {
        if (!takesNothing) Look();
        // First what goes: there are never more files than hosts may be.
        foreach (var host in changes.Removed) Write(host, null);
        foreach (var row in changes.Rows) Write(row.Host, row.Status);
        if (changes.Last)
        {
            takesNothing = false;
            WriteUnwritten(atATime: int.MaxValue);
            Context.Parent.Tell(NodeProtocol.Drained.Instance);
        }
        else
        {
            changes.Done();
        }

        EndOfTurn();
    }

    private void Write(HostName host, HostStatus? status)
    {
        if (status is null && !kept.Contains(host))
        {
            unwritten.Remove(host);
            return;
        }

        // Who waits goes on waiting, with what is newest.
        if (takesNothing || (unwritten.Count > 0 && unwritten.ContainsKey(host)))
        {
            unwritten[host] = status;
            node.Counters.NotSpooled();
            return;
        }

        if (TryWrite(host, status)) return;
        unwritten[host] = status;
        node.Counters.NotSpooled();
    }

    /// <summary>False when the spool did not take it. A single host's file may fail, or all of them.</summary>
    private bool TryWrite(HostName host, HostStatus? status)
    {
        try
        {
            WriteFile(host, status);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fails(failure, host);
            return false;
        }
    }

    private void WriteFile(HostName host, HostStatus? status)
    {
        if (status is { } row)
        {
            var length = SpoolFile.Write(row, buffer);
            if (node.Flaw == Flaw.TearsFiles) length /= 2;
            node.Spool.Write(host, buffer.AsSpan(0, length));
            kept.Add(host);
            node.Counters.Spooled();
        }
        else
        {
            node.Spool.Delete(host);
            kept.Remove(host);
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fails(failure);
        }
    }

    private void Fails(Exception failure, HostName? host = null)
    {
        takesNothing = host is null || failure is not SpoolException { IsWhole: false };
        health.Fails(takesNothing ? null : host, failure.Message);
    }

    private void WriteAgain()
    {
        takesNothing = false;
        Look();
        if (!takesNothing) WriteUnwritten(FailuresAtATime);
        EndOfTurn();
    }

    private void WriteUnwritten(int atATime)
    {
        var all = unwritten.ToArray();
        var failures = 0;
        for (var i = 0; i < all.Length && !takesNothing && failures < atATime; i++, turn++)
        {
            var (host, status) = all[turn % all.Length];
            if (!TryWrite(host, status))
            {
                failures++;
                continue;
            }

            unwritten.Remove(host);
            health.WrittenLate();
        }
    }

    /// <summary>A directory made again, mounted or emptied gets all rows, not only those that change.</summary>
    private void Look() => Try(() =>
    {
        if (node.Spool.IsAnother() || !isRead)
        {
            if (isRead) node.Log.SpoolReplaced();
            isRead = false;
            kept.Clear();
            hosts.Tell(new HostsProtocol.Restore(ReadAll()));
            Renew();
        }
        else if (IsTime(looked, LookInterval) && IsTime(renewed, RenewInterval))
        {
            looked = node.Time.GetTimestamp();
            if (node.Spool.Holds(kept)) return;
            node.Log.SpoolFilesMissing();
            Renew();
        }
    });

    private void Renew()
    {
        renewed = node.Time.GetTimestamp();
        hosts.Tell(new HostsProtocol.FollowChanges(Everything: true));
    }

    private bool IsTime(long? last, TimeSpan interval) =>
        last is not { } at || node.Time.GetElapsedTime(at) >= interval;

    private void EndOfTurn()
    {
        health.Is(unwritten.Count, isWell: !takesNothing && unwritten.Count == 0);
        if (health.IsWell) looked ??= node.Time.GetTimestamp();
        else if (!Timers.IsTimerActive(nameof(Retry)))
            Timers.StartSingleTimer(nameof(Retry), Retry.Instance, RetryInterval);
    }

    private sealed record Retry
    {
        public static readonly Retry Instance = new();
    }
}
