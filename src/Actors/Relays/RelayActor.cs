using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using static Rwho.Actors.Relays.RelayProtocol;

namespace Rwho.Actors.Relays;

/// <summary>
/// Passes statuses on: to neighbours always, to connected networks when told to (-f). A status goes where it did not
/// come from, once: copies of what was seen before are never passed on, so that it ends in every topology.
/// </summary>
public sealed class RelayActor : HealingActor
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyTickInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PumpInterval = TimeSpan.FromMilliseconds(10);

    // What the table took before the hello is in the published board by then; what it takes later is passed on itself.
    private static readonly long BoardMilliseconds = 2 * (long)HostsActor.PublishInterval.TotalMilliseconds;

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly IActorRef hosts;
    private readonly Neighbours neighbours;
    private readonly LanRelay lans;
    private readonly RelaySender sender;
    private readonly Dictionary<Neighbour, long> boardsDue = [];
    private readonly NameLookUps names;
    private readonly HashSet<string> refusing = []; // who was told of
    private bool isBegun;
    private int strangers;
    private long strangersSince;
    private NetworkMap map = NetworkMap.Empty;
    private NeighbourMap told = NeighbourMap.Empty;

    public RelayActor(NodeParts node, IActorRef networks, IActorRef hosts, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.networks = networks;
        this.hosts = hosts;
        var settings = node.Settings;
        neighbours = new Neighbours(settings.Neighbours, settings.AcceptNeighbours, settings.Port, node.NewCookie);
        lans = new LanRelay(settings.Name);
        sender = new RelaySender(node.Counters, node.Flaw);
        names = new NameLookUps(settings.Neighbours, node.Names);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Use>(TakeSocket);
            Receive<Heard>(Take);
            Receive<HelloHeard>(TakeHello);
            Receive<CookieHeard>(TakeCookie);
            Receive<BoardHeard>(message =>
            {
                message.Done();
                neighbours.Find(message.From)?.TakeBoard(node.Now.ElapsedMilliseconds);
            });
            Receive<NetworksProtocol.Changed>(message =>
            {
                map = message.Map;
                lans.Keep(network => map.Networks.Contains(network));
            });
            Receive<Resolved>(TakeAddresses);
            Receive<Tick>(_ => KeepUp());
            Receive<Pump>(_ => SendWhatIsDue());
            // What does not arrive, the next announcement makes up for; the sender counts it.
            Receive<UdpProtocol.Sent>(_ => { });
            Receive<UdpProtocol.NotSent>(_ => { });
        });
        if (!node.Settings.Relays) return;
        networks.Tell(NetworksProtocol.Follow.Instance);
        hosts.Tell(new Follow(Copies: node.Settings.Forward));
        if (!node.Settings.HasNeighbours) return;
        isBegun = true;
        TellWhoIsNeighbour();
        KeepUp();
    }

    protected override void Resting()
    {
        Receive<Use>(TakeSocket);
        Receive<UdpProtocol.Sent>(_ => { });
        Receive<UdpProtocol.NotSent>(_ => { });
        Receive<HelloHeard>(message => message.Done());
        Receive<CookieHeard>(message => message.Done());
        Receive<BoardHeard>(message => message.Done());
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        foreach (var use in sender.Sockets) Self.Tell(use);
        (message as HelloHeard)?.Done();
        (message as CookieHeard)?.Done();
        (message as BoardHeard)?.Done();
        base.PreRestart(reason, message!);
    }

    private void TakeSocket(Use message)
    {
        sender.Use(message);
        TellWhoIsNeighbour();
        if (isBegun) KeepUp();
    }

    private void Take(Heard message)
    {
        Sender.Tell(Taken.Instance);
        var now = node.Now.ElapsedMilliseconds;
        foreach (var status in message.Items)
        {
            var from = status.Via == Via.Neighbour ? neighbours.At(status.Address!, status.Port) : null;
            if (status.Hops > 0 && status.Via != Via.Cluster)
            {
                if (from is null || !MayHave(from, now)) continue;
                from.TakeRecord(now);
            }

            if (status.IsNew) PassOn(status, from, now);
            else if (NetworkOf(status) is { } on && lans.Heard(status.Datagram, on)) node.Counters.Suppressed();
        }

        SendWhatIsDue();
    }

    private void PassOn(HeardStatus status, Neighbour? from, long now)
    {
        foreach (var neighbour in neighbours.All)
            if ((neighbour != from || node.Flaw == Flaw.ForwardsToSender) && MayHave(neighbour, now))
                sender.Queue(new Outgoing(status, neighbour, null));
        if (!node.Settings.Forward || status.Via == Via.Self) return;
        var origin = NetworkOf(status);
        foreach (var network in map.Networks)
        {
            if (network == origin && node.Flaw != Flaw.ForwardsToSender) continue;
            if (lans.Add(status, network, now)) continue;
            node.Counters.NotForwarded();
        }
    }

    // Who is accepted has to prove its address first; who was named by the operator is trusted to be there.
    private static bool MayHave(Neighbour neighbour, long now) => neighbour.IsConfigured || neighbour.IsProved(now);

    // A record went from neighbour to neighbour alone: others on the network that both are on have not heard it.
    private Network? NetworkOf(HeardStatus status) =>
        status.Hops == 0 && status.Address is { } address
            ? map.Networks.FirstOrDefault(network => network.Holds(address))
            : null;

    private void SendWhatIsDue()
    {
        var now = node.Now.ElapsedMilliseconds;
        while (boardsDue.Count > 0 && boardsDue.MinBy(pair => pair.Value) is var first && first.Value <= now)
            SendBoard(first.Key);
        while (lans.TryTake(now, out var waited, out var to))
            sender.Queue(new Outgoing(waited, null, to));
        sender.SendDue(now);
        var next = boardsDue.Count == 0 ? lans.NextDue
            : Math.Min(boardsDue.Values.Min(), lans.NextDue ?? long.MaxValue);
        var wait = !sender.IsEmpty ? PumpInterval
            : next is { } due ? TimeSpan.FromMilliseconds(Math.Max(1, due - now))
            : (TimeSpan?)null;
        if (wait is { } pause) Timers.StartSingleTimer(nameof(Pump), Pump.Instance, pause);
    }

    private void TakeHello(HelloHeard message)
    {
        message.Done();
        var now = node.Now.ElapsedMilliseconds;
        var known = neighbours.Given(message.Cookies.Brought) is { IsConfigured: true } given ? given : null;
        if (known is not null) KnowAt(known, message.From);
        if ((known ?? neighbours.Speaker(message.From, !message.IsStranger, now)) is not { } speaker)
        {
            AnswerStranger(message);
            return;
        }

        var (answerCookie, sendBoard) = speaker.TakeHello(message.Cookies, message.WantsBoard, now);
        if (answerCookie)
            sender.Send(message.From, NeighbourMessage.Cookie(new Cookies(message.Cookies.Own, speaker.Cookie)));
        else
            Drop(neighbours.Proved(speaker, now));
        if (!neighbours.AreProvedAsIn(told, now)) TellWhoIsNeighbour();
        if (!sendBoard) return;
        boardsDue[neighbours.Find(message.From) ?? speaker] = now + BoardMilliseconds;
        SendWhatIsDue();
    }

    // It may be a neighbour that we named by another of its addresses: the answer shows it that we are here, the answer
    // to our own hello shows us who it is.
    private void AnswerStranger(HelloHeard message)
    {
        node.Counters.Count(Rejection.NotNeighbour);
        if (node.Settings.Neighbours.IsEmpty || strangers >= RelayLimits.StrangersASecond) return;
        strangers++;
        sender.Send(message.From, NeighbourMessage.Cookie(new Cookies(message.Cookies.Own, 0)));
    }

    private void SendBoard(Neighbour to)
    {
        boardsDue.Remove(to);
        var board = BoardFor(to);
        sender.Send(to.EndPoint, NeighbourMessage.Board(board.Length));
        sender.QueueBoard(to, board);
    }

    // The newest first. What came from there needs no way back, and what is off all networks is not passed on.
    private ImmutableArray<HeardStatus> BoardFor(Neighbour neighbour) =>
    [
        .. node.Board.Rows
            .Where(row => row.Via != Via.OffNet && !(row.Via == Via.Self && node.Settings.ListenOnly)
                && !(row.Via == Via.Neighbour && neighbours.At(row.Address!, row.Port) == neighbour))
            .OrderByDescending(row => row.HeardMilliseconds)
            .Select(row => new HeardStatus(
                row.Status.Datagram, row.Via, row.Address, row.Port, true, row.HeardMilliseconds, row.Hops)),
    ];

    private void TakeCookie(CookieHeard message)
    {
        message.Done();
        var now = node.Now.ElapsedMilliseconds;
        if (neighbours.Given(message.Cookies.Brought) is not { } neighbour) return;
        if (!neighbour.IsConfigured && !message.From.Equals(neighbour.EndPoint)) return;
        KnowAt(neighbour, message.From);
        if (message.Cookies.Own == 0)
        {
            if (neighbour.TakeRefusal() && refusing.Add(neighbour.Name)) node.Log.NeighbourRefuses(neighbour.Name);
        }
        else if (neighbour.TakeCookie(message.Cookies.Own, now) is { } hello)
        {
            refusing.Remove(neighbour.Name);
            var gone = neighbours.Proved(neighbour, now);
            Drop(gone);
            if (gone.Contains(neighbour)) return;
            sender.Send(neighbour.EndPoint, NeighbourMessage.Hello(hello.Cookies, hello.WantsBoard));
        }
    }

    private void KnowAt(Neighbour neighbour, IPEndPoint from)
    {
        if (neighbours.Answers(neighbour, from) is not { } gone) return;
        Drop(gone);
        TellWhoIsNeighbour();
    }

    private void TakeAddresses(Resolved message)
    {
        Drop(neighbours.Use(message.Index, message.Addresses, node.Now.ElapsedMilliseconds));
        TellWhoIsNeighbour();
        KeepUp();
    }

    private void KeepUp()
    {
        var (now, self) = (node.Now.ElapsedMilliseconds, Self);
        names.LookUpDue(
            index => neighbours.IsHeard(index, now), now,
            (index, addresses) => self.Tell(new Resolved(index, addresses)));
        if (now - strangersSince >= 1000) (strangers, strangersSince) = (0, now);
        Drop(neighbours.TryNextAddresses(now));
        Drop(neighbours.ForgetSilent(now));
        if (!neighbours.AreProvedAsIn(told, now)) TellWhoIsNeighbour();
        foreach (var neighbour in neighbours.All)
        {
            if (MayHave(neighbour, now) && sender.HasSocketFor(neighbour.EndPoint)
                && neighbour.DueHello(now) is { } hello)
                sender.Send(neighbour.EndPoint, NeighbourMessage.Hello(hello.Cookies, hello.WantsBoard));
            foreach (var status in neighbour.TakeHeld(now)) sender.Queue(status);
        }

        SendWhatIsDue();
        node.Neighbours.Publish(neighbours, now);
        // An old daemon has no board to wait for.
        var isSettled = neighbours.All.All(at =>
            at.HasBoard || !MayHave(at, now) || (at.IsSilent(now) && !at.IsUndecided(now)));
        Timers.StartSingleTimer(nameof(Tick), Tick.Instance, isSettled ? TickInterval : BusyTickInterval);
    }

    private void Drop(IReadOnlyList<Neighbour> gone)
    {
        foreach (var neighbour in gone)
        {
            sender.Drop(neighbour);
            boardsDue.Remove(neighbour);
        }
    }

    private void TellWhoIsNeighbour()
    {
        told = neighbours.Map(node.Now.ElapsedMilliseconds);
        var changed = new NeighboursChanged(told);
        foreach (var use in sender.Sockets) use.Udp.Tell(changed);
    }
}
