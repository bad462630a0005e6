using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Spool;

/// <summary>
/// Keeps the spool: reads it once at the start, then writes what changed. A host's file is at most a second behind the
/// table and written at most once a second, since the table gives changes that often, and not before the last are done.
/// </summary>
public sealed class SpoolActor : HealingActor
{
    public static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    /// <summary>What could not be written is tried again this often.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly NodeParts node;
    private readonly IActorRef hosts;
    private readonly HashSet<HostName> kept = []; // hosts that have a file
    private readonly Dictionary<HostName, HostStatus?> unwritten = []; // null: to be deleted
    private readonly byte[] buffer = new byte[WhodLayout.MaxBytes];
    private long? failureLogged;
    private bool restarted;

    public SpoolActor(NodeParts node, IActorRef hosts, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.hosts = hosts;
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<HostsProtocol.Changes>(Write);
            Receive<Retry>(_ => WriteAgain());
        });
        hosts.Tell(new HostsProtocol.Restore(ReadAll()));
        hosts.Tell(new HostsProtocol.FollowChanges(Everything: restarted));
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

        node.Log.SpoolRead(statuses.Count, strange);
        return statuses.ToImmutable();
    }

    private void Write(HostsProtocol.Changes changes)
    {
        // First what goes: there are never more files than hosts may be.
        foreach (var host in changes.Removed) Write(host, null);
        foreach (var row in changes.Rows) Write(row.Host, row.Status);
        if (changes.Last) WriteLast();
        else changes.Done();
        if (unwritten.Count > 0 && !Timers.IsTimerActive(nameof(Retry)))
            Timers.StartSingleTimer(nameof(Retry), Retry.Instance, RetryInterval);
    }

    private void WriteLast()
    {
        WriteUnwritten();
        Context.Parent.Tell(NodeProtocol.Drained.Instance);
    }

    private void WriteUnwritten()
    {
        foreach (var (host, status) in unwritten.ToArray()) Write(host, status);
    }

    private void WriteAgain()
    {
        WriteUnwritten();
        if (unwritten.Count > 0) Timers.StartSingleTimer(nameof(Retry), Retry.Instance, RetryInterval);
        else node.Log.SpoolWorks();
    }

    private void Write(HostName host, HostStatus? status)
    {
        try
        {
            if (status is { } row)
            {
                var length = SpoolFile.Write(row, buffer);
                if (node.Flaw == Flaw.TearsFiles) length /= 2;
                node.Spool.Write(host, buffer.AsSpan(0, length));
                kept.Add(host);
                node.Counters.Spooled();
            }
            else if (kept.Contains(host))
            {
                node.Spool.Delete(host);
                kept.Remove(host);
            }

            if (unwritten.Count > 0) unwritten.Remove(host);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            node.Counters.NotSpooled();
            unwritten[host] = status;
            if (failureLogged is { } last && node.Time.GetElapsedTime(last) < LogInterval) return;
            failureLogged = node.Time.GetTimestamp();
            node.Log.SpoolFails(SpoolFile.NameOf(host), failure.Message);
        }
    }

    private sealed record Retry
    {
        public static readonly Retry Instance = new();
    }
}
