using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Protocol;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// Makes replies, each from one snapshot of the table; once for all who ask the same of the same snapshot within the
/// same second, or while making it again would take too much of the time.
/// </summary>
public sealed class RepliesActor : HealingActor
{
    /// <summary>What was made is of no use after its second.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(2);

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly Dictionary<Request, Made> made = [];
    private readonly Dictionary<Request, int> lengths = []; // of those for many, when last made
    private NetworkMap map = NetworkMap.Empty;
    private ImmutableArray<HostRow> rows = [];
    private HostStatus[] statuses = [];

    public RepliesActor(NodeParts node, IActorRef networks, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.networks = networks;
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Render>(message => Answer(message, ReplyTo(message.Request)));
            Receive<NetworksProtocol.Changed>(message => map = message.Map);
            Receive<DropOld>(_ => DropOldOnes());
            Receive<LargeMade>(_ => GiveBackLater());
            Receive<GiveBack>(_ => GiveBackNow());
        });
        networks.Tell(NetworksProtocol.Follow.Instance);
    }

    protected override void Resting() => Receive<Render>(TellOfMending);

    // Who asked for what it failed over is told at once.
    protected override void PreRestart(Exception reason, object? message)
    {
        if (message is Render render) TellOfMending(render);
        base.PreRestart(reason, message!);
    }

    protected override void PostStop() => Drop();

    private void TellOfMending(Render message) => Answer(
        message, node.Replies.Write(output => RequestLine.WriteError(output, Request.Wrong.Mending)));

    private void Answer(Render message, Reply held)
    {
        message.Outbox.Add(held, isBoard: true);
        Sender.Tell(Filled.Instance);
    }

    /// <summary>The reply, held for who asks.</summary>
    private Reply ReplyTo(Request request)
    {
        var now = node.BoardNow.UnixSeconds;
        var board = node.Board.Rows;
        if (board != rows) Use(board);
        if (!Timers.IsTimerActive(nameof(DropOld)))
            Timers.StartSingleTimer(nameof(DropOld), DropOld.Instance, KeepTime);
        if (made.TryGetValue(request, out var known) && IsGood(known, now)) return known.Reply.Hold();
        var begun = node.Time.GetTimestamp();
        var reply = Make(request, now);
        if (IsForMany(request)) Keep(request, reply, now, node.Time.GetElapsedTime(begun));
        return reply;
    }

    // Of the same second and snapshot; or no older than making the next one would be worth.
    private bool IsGood(Made known, long now) => (known.Second == now && known.Rows == rows)
        || node.Time.GetElapsedTime(known.At) < known.Took * ReplyMemory.RestFactor;

    private void Keep(Request request, Reply reply, long now, TimeSpan took)
    {
        if (made.Remove(request, out var before)) before.Reply.Release();
        made.Add(request, new Made(reply.Hold(), now, rows, node.Time.GetTimestamp(), took));
        lengths[request] = reply.Bytes.Length;
        if (reply.Bytes.Length > ReplyMemory.LargeBytes) GiveBackLater();
    }

    private void GiveBackLater() =>
        Timers.StartSingleTimer(nameof(GiveBack), GiveBack.Instance, ReplyMemory.GiveBackTime);

    private void GiveBackNow()
    {
        if (!node.Replies.TryGiveBack()) GiveBackLater();
    }

    // Without names there are few requests that differ. What is counted differs each time.
    private static bool IsForMany(Request request) => request switch
    {
        Request.Ruptime ruptime => ruptime.Hosts.IsEmpty,
        Request.Json json => json.Hosts.IsEmpty,
        _ => request is not (Request.Stats or Request.Why),
    };

    private Reply Make(Request request, long now) => node.Replies.Write(output =>
    {
        switch (request)
        {
            case Request.Ruptime ruptime:
                var wanted = Named(statuses, ruptime.Hosts, host => host.Datagram.Host);
                RuptimeText.Write(output, wanted, ruptime.Options, now);
                break;
            case Request.Rwho rwho:
                RwhoText.Write(output, statuses, rwho.All, now, TimeZoneInfo.Local);
                break;
            case Request.Json json:
                BoardJson.WriteBoard(output, node.Settings.Name, Named(rows, json.Hosts, row => row.Host), now);
                break;
            case Request.Why why:
                WhyText.Write(output, why.Host, Named(rows, [why.Host], row => row.Host).SingleOrDefault(),
                    map, node.Neighbours.All, Federation, node.BoardNow);
                break;
            case Request.Stats:
                StatsJson.Write(output, Stats(), now);
                break;
            case Request.Version:
                output.Write(Encoding.ASCII.GetBytes($"rwhod {NodeVersion.Text}\n"));
                break;
            case Request.Help:
                output.Write(RequestLine.Help);
                break;
            case Request.Wrong wrong:
                RequestLine.WriteError(output, wrong);
                break;
            default:
                throw new InvalidOperationException($"no reply to {request}");
        }
    }, Expected(request));

    // A little more than the last time.
    private int Expected(Request request) =>
        lengths.TryGetValue(request, out var last) ? (int)Math.Min(last + last / 16L, Array.MaxLength) : 0;

    private FederationState? Federation => node.Federation is null ? null : node.Gateways.State;

    private NodeStats Stats() => new(
        node.Settings, node.Counters, node.Hearing, NodeVersion.Text,
        (long)node.Time.GetElapsedTime(node.StartedAt).TotalSeconds,
        rows.Length, rows.Count(row => row.Conflict is not null),
        map.Networks, node.Neighbours.All, Federation, node.SpoolHealth.State, node.Now.ElapsedMilliseconds,
        [("asked", node.Counters.AskedCount), ("not_admitted", node.Counters.NotAdmittedCount),
            ("cut", node.Counters.CutCount), ("not_accepted", node.Counters.NotAcceptedCount),
            ("open", node.Counters.OpenCount), ("reply_bytes", node.Replies.Bytes)]);

    private void Use(ImmutableArray<HostRow> board)
    {
        rows = board;
        statuses = [.. board.Select(row => row.Status)];
    }

    private void DropOldOnes()
    {
        var now = node.BoardNow.UnixSeconds;
        foreach (var (request, known) in made.Where(pair => !IsGood(pair.Value, now)).ToList())
        {
            made.Remove(request);
            known.Reply.Release();
        }

        if (made.Count > 0) Timers.StartSingleTimer(nameof(DropOld), DropOld.Instance, KeepTime);
        else Use([]); // rows that the table may have replaced long ago
    }

    private void Drop()
    {
        foreach (var known in made.Values) known.Reply.Release();
        made.Clear();
    }

    private static IReadOnlyList<T> Named<T>(
        IReadOnlyList<T> all, ImmutableArray<string> names, Func<T, HostName> nameOf)
    {
        if (names.IsEmpty) return all;
        var wanted = new HashSet<HostName>();
        foreach (var name in names)
            if (HostName.TryParse(name, out var host)) wanted.Add(host);
        return [.. all.Where(one => wanted.Contains(nameOf(one)))];
    }

    /// <summary>A reply for all who ask the same, and what it was made of.</summary>
    private sealed record Made(Reply Reply, long Second, ImmutableArray<HostRow> Rows, long At, TimeSpan Took);

    private sealed record GiveBack
    {
        public static readonly GiveBack Instance = new();
    }

    private sealed record DropOld
    {
        public static readonly DropOld Instance = new();
    }
}
