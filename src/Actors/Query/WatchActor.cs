using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using Rwho.Protocol;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// Tells those who watch of each change, and of a host that falls silent at its second. It compares the snapshots that
/// the table publishes, and only while somebody watches. A line is written once for all.
/// </summary>
public sealed class WatchActor : HealingActor
{
    /// <summary>How often the board is looked at: what a flood changes meanwhile is one line a host.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    // The wall's clock may be set: whoever waits for a second of it looks again now and then.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly Request.Wrong TooMany = new("busy: too many watch already; try again later");

    private readonly NodeParts node;
    private readonly HashSet<IActorRef> watchers = [];
    private readonly Dictionary<HostName, HostRow> known = [];
    private ImmutableArray<HostRow> seen = [];
    private BoardWatch? board;

    public WatchActor(NodeParts node, Backoff backoff)
        : base(backoff) => this.node = node;

    protected override void Begin() => Become(() =>
    {
        Receive<Subscribe>(_ => Add(Sender));
        Receive<Terminated>(message => Remove(message.ActorRef));
        Receive<LookAtBoard>(_ => Compare());
        Receive<LookForSilence>(_ => FallSilent());
    });

    protected override void Resting() => Receive<Subscribe>(_ => Sender.Tell(new Refused(Request.Wrong.Mending)));

    // Who watched would miss something: the session ends, and the client comes back for a new board.
    protected override void PostStop()
    {
        foreach (var watcher in watchers) watcher.Tell(PoisonPill.Instance);
    }

    private void Add(IActorRef watcher)
    {
        if (watchers.Count >= QueryLimits.Watchers)
        {
            watcher.Tell(new Refused(TooMany));
            return;
        }

        if (board is null) Start();
        else Compare();
        Context.Watch(watcher);
        watchers.Add(watcher);
        Welcome(watcher);
    }

    private void Remove(IActorRef watcher)
    {
        watchers.Remove(watcher);
        if (watchers.Count > 0) return;
        Timers.CancelAll();
        board = null;
        known.Clear();
    }

    private void Start()
    {
        seen = node.Board.Rows;
        foreach (var row in seen) known[row.Host] = row;
        board = new BoardWatch(seen, node.Now.UnixSeconds);
        Timers.StartPeriodicTimer(nameof(LookAtBoard), LookAtBoard.Instance, Pace);
        WaitForSilence();
    }

    /// <summary>What the snapshot published now has that the one before had not.</summary>
    private void Compare()
    {
        var rows = node.Board.Rows;
        if (rows == seen || board is null) return;
        seen = rows;
        var changed = new List<HostRow>();
        foreach (var row in rows)
        {
            if (known.TryGetValue(row.Host, out var before) && ReferenceEquals(before, row)) continue;
            known[row.Host] = row;
            changed.Add(row);
        }

        var gone = known.Count == rows.Length ? [] : known.Keys.Except(rows.Select(row => row.Host)).ToList();
        foreach (var host in gone) known.Remove(host);
        Tell(board.Observe(changed, gone, node.Now.UnixSeconds));
    }

    private void FallSilent()
    {
        if (board is null) return;
        Compare();
        Tell(board.FallSilent(node.Now.UnixSeconds));
    }

    private void Welcome(IActorRef newcomer) => newcomer.Tell(new Line(
        Reply.Of(output => BoardJson.WriteBoardLine(output, board!.Rows(), node.Now.UnixSeconds)), IsBoard: true));

    private void Tell(IReadOnlyList<HostChange> changes)
    {
        var now = node.Now.UnixSeconds;
        foreach (var change in changes)
        {
            var line = Reply.Of(output => BoardJson.WriteChange(output, change, now));
            foreach (var watcher in watchers) watcher.Tell(new Line(line.Hold(), IsBoard: false));
            line.Release();
        }

        WaitForSilence();
    }

    private void WaitForSilence()
    {
        if (board?.NextDown is not { } second) return;
        var wait = DateTimeOffset.FromUnixTimeSeconds(second) - node.Time.GetUtcNow();
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        if (wait > LongestWait) wait = LongestWait;
        Timers.StartSingleTimer(nameof(LookForSilence), LookForSilence.Instance, wait);
    }

    private sealed record LookAtBoard
    {
        public static readonly LookAtBoard Instance = new();
    }

    private sealed record LookForSilence
    {
        public static readonly LookForSilence Instance = new();
    }
}
