using Rwho.Actors.Hosts;
using Rwho.Actors.Relays;
using Rwho.Protocol;
using static Rwho.Actors.Federation.FederationProtocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// Shares what this node's networks say with the gateways of others, and takes what theirs say. What is new here goes
/// to all of them at once; every ten seconds one of them is compared with, so that whatever was lost is made up for.
/// What came from one goes to no other: each hears of it from where it came.
/// </summary>
/// <remarks>
/// The link may end at any time (the other side gave it up, its port is taken): it rests, and joins again. The board
/// knows nothing of that.
/// </remarks>
public sealed class FederationActor : HealingActor
{
    // What waits is told together with what would have to be told so soon afterwards.
    private const long PushTogetherMilliseconds = 50;

    // What came is on the published board by then.
    private static readonly TimeSpan BoardTime = 2 * HostsActor.PublishInterval;

    private readonly NodeParts node;
    private readonly IFederationTransport transport;
    private readonly IActorRef hosts;
    private readonly Backoff joinBackoff;
    private readonly Gateways gateways = new();
    private readonly WaitingStatuses waiting;
    private readonly FederatedArrivals arrivals;
    private readonly MessageGate gate = new(FederationLimits.MessagesWaiting);
    private readonly Queue<string> due = new();
    private IFederationLink? link;
    private int life;
    private string? comparing;
    private bool hasMore;
    private string? turn; // whose turn it was last
    private bool endIsTold;

    public FederationActor(NodeParts node, IFederationTransport transport, IActorRef hosts, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.transport = transport;
        this.hosts = hosts;
        joinBackoff = new Backoff(node.Time);
        waiting = new WaitingStatuses(node.Settings.Name);
        arrivals = new FederatedArrivals(node, hosts);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Told>(message =>
            {
                if (message.Event is FederationEvent.Came) gate.Leave();
                if (message.Life == life) Take(message.Event);
            });
            Receive<RelayProtocol.Heard>(Take);
            Receive<JoinAgain>(_ => Join());
            Receive<Push>(_ => PushDue());
            Receive<CompareNext>(_ => BeginComparing());
            Receive<CompareOn>(_ => GoOnComparing());
            Receive<AnswerOverdue>(_ => EndComparing());
        });
        hosts.Tell(new RelayProtocol.Follow(Copies: false));
        Join();
    }

    protected override void Resting() => Receive<Told>(message =>
    {
        if (message.Event is FederationEvent.Came) gate.Leave();
    });

    protected override void PreRestart(Exception reason, object? message)
    {
        link?.Dispose();
        gateways.Leave(node.Now.ElapsedMilliseconds);
        node.Gateways.Publish(gateways.ToState());
        base.PreRestart(reason, message!);
    }

    protected override void PostStop()
    {
        link?.Dispose();
        base.PostStop();
    }

    private void Join()
    {
        var (self, mine, counters, messages) = (Self, ++life, node.Counters, gate);
        link = transport.Join(told =>
        {
            if (told is FederationEvent.Came && !messages.TryEnter()) counters.NotTaken();
            else self.Tell(new Told(mine, told));
        });
    }

    private void Take(FederationEvent told)
    {
        switch (told)
        {
            case FederationEvent.Members members:
                TakeMembers(members);
                break;
            case FederationEvent.Came came:
                if (FederationMessage.TryRead(came.Bytes, out var message)) Take(came.From, message);
                else node.Counters.Count(Rejection.FederationMessage);
                break;
            case FederationEvent.Ended ended:
                End(ended);
                break;
        }
    }

    private void End(FederationEvent.Ended ended)
    {
        link?.Dispose();
        link = null;
        life++;
        var rest = joinBackoff.Next();
        if (gateways.IsJoined || !endIsTold) node.Log.FederationEnded(ended.Reason, rest.TotalSeconds);
        endIsTold = true;
        gateways.Leave(node.Now.ElapsedMilliseconds);
        node.Gateways.Publish(gateways.ToState());
        due.Clear();
        EndComparing();
        Timers.StartSingleTimer(nameof(JoinAgain), JoinAgain.Instance, rest);
    }

    private void TakeMembers(FederationEvent.Members members)
    {
        var isFirst = !gateways.IsJoined;
        var (changed, newlyDue) = gateways.Use(members.Others, node.Now.ElapsedMilliseconds);
        if (isFirst)
        {
            endIsTold = false;
            node.Log.FederationJoined(members.Others.Length);
        }

        foreach (var gateway in changed)
        {
            if (gateway.Presence == GatewayPresence.Here) node.Log.GatewayHere(gateway.Name);
            else if (gateway.Presence == GatewayPresence.Gone) node.Log.GatewayGone(gateway.Name);
            else node.Log.GatewayUnreachable(gateway.Name);
        }

        node.Gateways.Publish(gateways.ToState());
        foreach (var name in newlyDue) due.Enqueue(name);
        if (comparing is null) BeginComparing();
    }

    // What this node's own networks and neighbours say is told to all gateways, unless another one was quicker.
    private void Take(RelayProtocol.Heard message)
    {
        Sender.Tell(RelayProtocol.Taken.Instance);
        if (!gateways.Reachable.Any()) return;
        var now = node.Now.ElapsedMilliseconds;
        foreach (var status in message.Items)
        {
            if (status.Via == Via.Cluster || !status.IsNew) continue;
            if (!waiting.Add(status, now)) node.Counters.NotForwarded();
        }

        PushDue();
    }

    private void PushDue()
    {
        var now = node.Now.ElapsedMilliseconds;
        var statuses = waiting.TakeDue(now, PushTogetherMilliseconds);
        if (statuses.Count > 0)
        {
            foreach (var gateway in gateways.Reachable)
                Send(gateway, statuses.Select(status => ToFederated(status, now)), endsAnswer: false, now);
            node.Gateways.Publish(gateways.ToState());
        }

        if (waiting.NextDue is { } next)
            Timers.StartSingleTimer(nameof(Push), Push.Instance, TimeSpan.FromMilliseconds(Math.Max(1, next - now)));
    }

    private void Send(FederationMember to, IEnumerable<FederatedStatus> statuses, bool endsAnswer, long now)
    {
        var writer = new StatusesWriter();
        var count = 0;
        foreach (var status in statuses)
        {
            count++;
            if (writer.TryAdd(status)) continue;
            link?.Send(to, writer.Take(node.Settings.Name, now, isLast: false));
            writer.TryAdd(status);
        }

        if (endsAnswer || !writer.IsEmpty) link?.Send(to, writer.Take(node.Settings.Name, now, endsAnswer));
        gateways.CountSent(to.Name, count);
        node.Counters.Federated(count);
    }

    private FederatedStatus ToFederated(in HeardStatus status, long now) => new(
        node.Settings.Name, OneMore(status.Hops),
        (uint)Math.Clamp(now - status.HeardMilliseconds, 0, uint.MaxValue), status.Datagram.Bytes);

    private FederatedStatus ToFederated(HostRow row, long now) => new(
        row.Gateway?.Name ?? node.Settings.Name, OneMore(row.Hops), Comparison.Age(row, now),
        row.Status.Datagram.Bytes);

    private static byte OneMore(byte hops) => (byte)Math.Min(hops + 1, byte.MaxValue);

    private void Take(string from, FederationMessage message)
    {
        var now = node.Now.ElapsedMilliseconds;
        var delay = gateways.Heard(from, message, now);
        switch (message)
        {
            case FederationMessage.Statuses statuses:
                gateways.CountReceived(from, statuses.Items.Length);
                arrivals.Take(from, statuses, delay, Forestalled);
                if (statuses.IsLast && from == comparing) PauseComparing();
                break;
            case FederationMessage.Summary summary:
                link?.Send(Asker(from), Comparison.Inventory(summary, Shared(), node.Settings, now).ToBytes());
                break;
            case FederationMessage.Inventory inventory when from == comparing:
                TakeInventory(inventory, delay, now);
                break;
            case FederationMessage.Want want:
                var wanted = want.Datagrams.ToHashSet();
                Send(Asker(from), Shared().Where(row => wanted.Contains(row.Status.Datagram.Hash))
                    .Select(row => ToFederated(row, now)), endsAnswer: true, now);
                break;
        }
    }

    // A newcomer knows the others before they know it.
    private FederationMember Asker(string name) => gateways.Find(name) ?? new FederationMember(name, 0, true);

    // Another gateway of the same network was quicker.
    private void Forestalled(WhodDatagram datagram)
    {
        if (waiting.Remove(datagram.Hash)) node.Counters.Suppressed();
    }

    private List<HostRow> Shared() => [.. Comparison.Shared(node.Board.Rows, node.Settings)];

    private void BeginComparing()
    {
        Timers.StartSingleTimer(
            nameof(CompareNext), CompareNext.Instance, TimeSpan.FromSeconds(FederationLimits.CompareSeconds));
        if (comparing is not null) return;
        FederationMember? with = null;
        while (with is null && due.TryDequeue(out var name)) with = gateways.Find(name);
        with ??= NextInTurn();
        if (with is not null) Compare(with);
    }

    private FederationMember? NextInTurn()
    {
        var reachable = gateways.Reachable.ToList();
        var next = reachable.Find(at => string.CompareOrdinal(at.Name, turn) > 0) ?? reachable.FirstOrDefault();
        turn = next?.Name;
        return next;
    }

    private void Compare(FederationMember with)
    {
        comparing = with.Name;
        hasMore = false;
        var now = node.Now.ElapsedMilliseconds;
        link?.Send(with, new FederationMessage.Summary(
            node.Settings.Name, now, Comparison.Hashes(Shared())).ToBytes());
        ExpectAnswer();
    }

    private void TakeInventory(FederationMessage.Inventory inventory, uint delay, long now)
    {
        if (comparing is null || gateways.Find(comparing) is not { } with) return;
        hasMore = inventory.HasMore;
        var (wanted, lacking) = Comparison.Compare(inventory, delay, Shared(), node.Settings, now);
        if (!lacking.IsEmpty) Send(with, lacking.Select(row => ToFederated(row, now)), endsAnswer: false, now);
        if (wanted.IsEmpty)
        {
            PauseComparing();
            return;
        }

        link?.Send(with, new FederationMessage.Want(node.Settings.Name, now, wanted).ToBytes());
        ExpectAnswer();
    }

    private void ExpectAnswer() => Timers.StartSingleTimer(
        nameof(AnswerOverdue), AnswerOverdue.Instance, TimeSpan.FromSeconds(FederationLimits.AnswerSeconds));

    // Both tables have taken by then what was exchanged.
    private void PauseComparing()
    {
        Timers.Cancel(nameof(AnswerOverdue));
        Timers.StartSingleTimer(nameof(CompareOn), CompareOn.Instance, BoardTime);
    }

    private void GoOnComparing()
    {
        if (hasMore && comparing is { } name && gateways.Find(name) is { } with) Compare(with);
        else EndComparing();
    }

    private void EndComparing()
    {
        Timers.Cancel(nameof(AnswerOverdue));
        comparing = null;
        if (due.Count > 0) BeginComparing();
        else if (link is not null) node.Gateways.Publish(gateways.ToState());
    }
}
