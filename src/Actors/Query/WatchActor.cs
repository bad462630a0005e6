using System.Collections.Immutable;
using Rwho.Actors.Hosts;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// Tells those who watch of each change, and of a host that falls silent at its second. It compares the snapshots that
/// the table publishes, and only while somebody watches. Lines are written once for all, and no more at a time than a
/// client that reads can take: what a burst changes beyond that waits for the next look.
/// </summary>
public sealed class WatchActor : HealingActor
{
    /// <summary>How often the board is looked at: what a flood changes meanwhile is one line a host.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private const int SilencesAtATime = 256;

    // A line has 250 bytes and more: so many fill what may be told.
    private const int ChangesAtATime = QueryLimits.ChangeBytes / 250;

    private static readonly Request.Wrong TooMany = new("busy: too many watch already; try again later");

    private readonly NodeParts node;
    private readonly IActorRef replies;
    private readonly Dictionary<IActorRef, Outbox> watchers = [];
    private readonly Dictionary<IActorRef, Outbox> waiting = []; // for their board
    private ImmutableArray<HostRow> seen;
    private BoardWatch? board;
    private int nextRow;
    private Reply? welcome;
    private long welcomedAt;
    private TimeSpan welcomeTook;
    private long welcomeSecond;
    private int welcomeBytes; // as long as the next one may be

    public WatchActor(NodeParts node, IActorRef replies, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.replies = replies;
    }

    protected override void Begin() => Become(() =>
    {
        Receive<Subscribe>(message => Add(Sender, message.Outbox));
        Receive<Terminated>(message => Remove(message.ActorRef));
        Receive<LookAtBoard>(_ =>
        {
            Look();
            WelcomeWaiting();
            // Only now: looks that take longer than the pace would queue up.
            if (board is not null) LookLater();
        });
    });

    protected override void Resting() =>
        Receive<Subscribe>(_ => Sender.Tell(new Refused(Request.Wrong.Mending)));

    // Who watched would miss something: the session ends, and the client comes back for a new board.
    protected override void PostStop()
    {
        foreach (var watcher in watchers.Keys.Concat(waiting.Keys)) watcher.Tell(PoisonPill.Instance);
        DropWelcome();
    }

    private void Add(IActorRef watcher, Outbox outbox)
    {
        if (watchers.Count + waiting.Count >= QueryLimits.Watchers)
        {
            watcher.Tell(new Refused(TooMany));
            return;
        }

        if (board is null) Start();
        Context.Watch(watcher);
        waiting[watcher] = outbox;
        WelcomeWaiting();
    }

    // A board for newcomers while there is none yet, or making another would not take too much of the time.
    private void WelcomeWaiting()
    {
        if (waiting.Count == 0) return;
        var isMade = welcome is not null && welcomeSecond == node.BoardNow.UnixSeconds;
        if (!isMade && node.Time.GetElapsedTime(welcomedAt) < welcomeTook * ReplyMemory.RestFactor) return;
        var first = Welcome();
        foreach (var (watcher, outbox) in waiting)
        {
            watchers[watcher] = outbox;
            Tell(watcher, outbox, first, isBoard: true);
        }

        waiting.Clear();
    }

    private static void Tell(IActorRef watcher, Outbox outbox, Reply reply, bool isBoard)
    {
        outbox.Add(reply.Hold(), isBoard);
        watcher.Tell(Filled.Instance);
    }

    private void Remove(IActorRef watcher)
    {
        watchers.Remove(watcher);
        waiting.Remove(watcher);
        if (watchers.Count + waiting.Count > 0) return;
        Timers.Cancel(nameof(LookAtBoard));
        DropWelcome();
        board = null;
        seen = default;
    }

    private void Start()
    {
        seen = node.Board.Rows;
        board = new BoardWatch(seen, node.BoardNow.UnixSeconds);
        LookLater();
    }

    private void LookLater() => Timers.StartSingleTimer(nameof(LookAtBoard), LookAtBoard.Instance, Pace);

    private void Look()
    {
        var now = node.BoardNow.UnixSeconds;
        if (board is null || (node.Board.Rows == seen && !(board.NextDown <= now))) return;
        var lines = node.Replies.Write(output => WriteChanges(output, board, now));
        if (!lines.Bytes.IsEmpty)
        {
            DropWelcome();
            foreach (var (watcher, outbox) in watchers) Tell(watcher, outbox, lines, isBoard: false);
        }

        lines.Release();
    }

    private void WriteChanges(ReplyWriter output, BoardWatch told, long now)
    {
        if (Compare(output, told, now)) Write(output, told.FallSilent(now, SilencesAtATime), now);
    }

    /// <summary>
    /// What the snapshot published now has that watchers were not told. Half of the room is for hosts that are gone,
    /// and a new one waits while as many are told as the table may hold: however many names somebody makes up, nobody
    /// has to remember more.
    /// </summary>
    /// <returns>False when there was more than may be told at a time.</returns>
    private bool Compare(ReplyWriter output, BoardWatch told, long now)
    {
        var rows = node.Board.Rows;
        if (rows == seen) return true;
        seen = default;
        var (changed, gone) = told.Compare(rows, nextRow, ChangesAtATime);
        var isAll = Math.Max(changed.Count, gone.Count) < ChangesAtATime;
        foreach (var host in gone)
        {
            if (output.Written >= QueryLimits.ChangeBytes / 2)
            {
                isAll = false;
                break;
            }

            Write(output, told.Observe([], [host], now), now);
        }

        foreach (var place in changed)
        {
            nextRow = place;
            if (output.Written >= QueryLimits.ChangeBytes) return false;
            var row = rows[place];
            if (told.Knows(row.Host) || told.Count < node.Settings.HostsMax)
                Write(output, told.Observe([row], [], now), now);
            else isAll = false;
        }

        if (isAll) seen = rows;
        return isAll;
    }

    private static void Write(ReplyWriter output, IReadOnlyList<HostChange> changes, long now)
    {
        foreach (var change in changes) BoardJson.WriteChange(output, change, now);
    }

    /// <summary>What was told so far: written once for all who come within the second.</summary>
    private Reply Welcome()
    {
        var now = node.BoardNow.UnixSeconds;
        if (welcome is not null && welcomeSecond == now) return welcome;
        DropWelcome();
        welcomeSecond = now;
        var begun = node.Time.GetTimestamp();
        welcome = node.Replies.Write(
            output => BoardJson.WriteBoardLine(output, board!.Rows(), board.IsDown, now), welcomeBytes);
        welcomeBytes = welcome.Bytes.Length + welcome.Bytes.Length / 16;
        if (welcome.Bytes.Length > ReplyMemory.LargeBytes) replies.Tell(LargeMade.Instance);
        welcomedAt = node.Time.GetTimestamp();
        welcomeTook = node.Time.GetElapsedTime(begun);
        return welcome;
    }

    private void DropWelcome()
    {
        welcome?.Release();
        welcome = null;
    }

    private sealed record LookAtBoard
    {
        public static readonly LookAtBoard Instance = new();
    }
}
