using Rwho.Actors.Hosts;
using Rwho.Actors.Relays;
using Rwho.Protocol;
using static Rwho.Actors.Federation.FederationProtocol;

namespace Rwho.Actors.Federation;

/// <summary>
/// Shares what this node's networks say with the gateways of others, and takes what theirs say. What is new here goes
/// to all of them at once; every ten seconds this node compares with one of them, and asks for what it lacks.
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
    private readonly ComparisonTurns turns;
    private IFederationLink? link;
    private MessageGate? gate; // the link's
    private FederationMember? comparing;
    private int first; // the bucket to go on with
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
        turns = new ComparisonTurns(node.Settings.Name);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Told>(message =>
            {
                if (message.Gate != gate) return;
                if (message.Event is FederationEvent.Came) gate.Leave();
                Take(message.Event);
            });
            Receive<RelayProtocol.Heard>(Take);
            Receive<JoinAgain>(_ => Join());
            Receive<Push>(_ => PushDue());
            Receive<CompareNext>(_ => BeginComparing());
            Receive<CompareOn>(_ => GoOnComparing());
            Receive<AnswerOverdue>(_ => EndComparing());
        });
        hosts.Tell(new RelayProtocol.Follow(Copies: false));
        Timers.StartPeriodicTimer(
            nameof(CompareNext), CompareNext.Instance, TimeSpan.FromSeconds(FederationLimits.CompareSeconds));
        Join();
    }

    protected override void PreRestart(Exception reason, object? message)
    {
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
        var (self, counters, mine) = (Self, node.Counters, new MessageGate(FederationLimits.MessagesWaiting));
        gate = mine;
        link = transport.Join(told =>
        {
            if (told is FederationEvent.Came && !mine.TryEnter()) counters.NotTaken();
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
        (link, gate) = (null, null);
        var rest = joinBackoff.Next();
        if (gateways.IsJoined || !endIsTold) node.Log.FederationEnded(ended.Reason, rest.TotalSeconds);
        endIsTold = true;
        gateways.Leave(node.Now.ElapsedMilliseconds);
        node.Gateways.Publish(gateways.ToState());
        turns.Clear();
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
        turns.Add(newlyDue);
        if (comparing is { } with && gateways.Reachable.All(at => at != with)) EndComparing();
        else BeginWhatIsDue();
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
            var messages = StatusesWriter.Write(
                node.Settings.Name, now, statuses.Select(status => ToFederated(status, now)), isAnswer: false);
            foreach (var gateway in gateways.Reachable)
                Send(gateway, messages, statuses.Count);
            node.Gateways.Publish(gateways.ToState());
        }

        if (waiting.NextDue is { } next)
            Timers.StartSingleTimer(nameof(Push), Push.Instance, TimeSpan.FromMilliseconds(Math.Max(1, next - now)));
    }

    private void Send(FederationMember to, List<byte[]> messages, int statuses)
    {
        foreach (var message in messages) link?.Send(to, message);
        gateways.CountSent(to.Name, statuses);
        node.Counters.Federated(statuses);
    }

    private FederatedStatus ToFederated(in HeardStatus status, long now) => new(
        node.Settings.Name, OneMore(status.Hops),
        (uint)Math.Clamp(now - status.HeardMilliseconds, 0, uint.MaxValue), status.Datagram.Bytes);

    private FederatedStatus ToFederated(HostRow row, Comparison own) => new(
        row.Gateway?.Name ?? node.Settings.Name, OneMore(row.Hops), own.Age(row), row.Status.Datagram.Bytes);

    private static byte OneMore(byte hops) => (byte)Math.Min(hops + 1, byte.MaxValue);

    private void Take(string from, FederationMessage message)
    {
        var now = node.Now.ElapsedMilliseconds;
        var isAnswer = message is FederationMessage.Inventory && comparing?.Name == from;
        var delay = gateways.Heard(from, message, isAnswer, now);
        switch (message)
        {
            // How old they are is known after the first comparison, which makes up for those before.
            case FederationMessage.Statuses statuses when delay is { } travelled:
                gateways.CountReceived(from, statuses.Items.Length);
                arrivals.Take(from, statuses, travelled, Forestalled);
                if (statuses.IsLast && comparing?.Name == from) PauseComparing();
                break;
            // Who asks can be reached, whatever is said of it.
            case FederationMessage.Summary summary:
                Answer(Asker(from), summary, now);
                break;
            case FederationMessage.Inventory inventory when comparing is { } with && with.Name == from:
                TakeInventory(inventory, with, delay ?? 0, now);
                break;
            case FederationMessage.Want want:
                Answer(Asker(from), want, now);
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

    private Comparison Own(long now) => new(node.Board.Rows, node.Settings, now);

    private void Answer(FederationMember asker, FederationMessage.Summary summary, long now)
    {
        var own = Own(now);
        link?.Send(asker, own.Inventory(summary).ToBytes());
        if (!own.Differs(summary)) return;
        turns.Add(asker, now);
        BeginWhatIsDue();
    }

    // What waits to be told to all is not told to one before.
    private void Answer(FederationMember asker, FederationMessage.Want want, long now)
    {
        var (own, wanted) = (Own(now), want.Datagrams.ToHashSet());
        var statuses = own.Shared
            .Where(row => wanted.Contains(row.Status.Datagram.Hash) && !waiting.Contains(row.Status.Datagram))
            .Select(row => ToFederated(row, own)).ToList();
        Send(asker, StatusesWriter.Write(node.Settings.Name, now, statuses, isAnswer: true), statuses.Count);
    }

    private void BeginComparing()
    {
        if (comparing is null && turns.Next(gateways, node.Now.ElapsedMilliseconds) is { } with) Compare(with, 0);
    }

    private void BeginWhatIsDue()
    {
        if (turns.IsDue) BeginComparing();
    }

    private void Compare(FederationMember with, int bucket)
    {
        (comparing, first) = (with, bucket);
        link?.Send(with, Own(node.Now.ElapsedMilliseconds).Summary(bucket).ToBytes());
        ExpectAnswer(FederationLimits.InventorySeconds);
    }

    private void TakeInventory(
        FederationMessage.Inventory inventory, FederationMember from, uint delay, long now)
    {
        // It ends, whatever the other one says.
        first = inventory.Next > first ? inventory.Next : FederationMessage.Buckets;
        var wanted = Own(now).Wanted(inventory, delay);
        if (wanted.IsEmpty)
        {
            PauseComparing();
            return;
        }

        link?.Send(from, new FederationMessage.Want(node.Settings.Name, now, wanted).ToBytes());
        ExpectAnswer(FederationLimits.StatusesSeconds);
    }

    private void ExpectAnswer(int seconds) =>
        Timers.StartSingleTimer(nameof(AnswerOverdue), AnswerOverdue.Instance, TimeSpan.FromSeconds(seconds));

    // The table has taken by then what came.
    private void PauseComparing()
    {
        Timers.Cancel(nameof(AnswerOverdue));
        Timers.StartSingleTimer(nameof(CompareOn), CompareOn.Instance, BoardTime);
    }

    private void GoOnComparing()
    {
        if (comparing is { } with && first < FederationMessage.Buckets) Compare(with, first);
        else EndComparing();
    }

    private void EndComparing()
    {
        Timers.Cancel(nameof(AnswerOverdue));
        Timers.Cancel(nameof(CompareOn));
        comparing = null;
        if (link is not null) node.Gateways.Publish(gateways.ToState());
        BeginWhatIsDue();
    }
}
