using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Networks;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// Owns the listeners; one child a connection. Clients are accepted once the board is there and the networks are known.
/// A client that may not ask is closed without a reply. When there are too many, or the system has no descriptor for
/// the next, the one longest without progress gives way.
/// </summary>
public sealed class QueryActor : HealingActor
{
    /// <summary>After an accept that the system refused, for want of descriptors most of all.</summary>
    public static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan TellPause = TimeSpan.FromMinutes(1);

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly IActorRef replies;
    private readonly IActorRef watch;
    private readonly Backoff listening;
    private readonly List<IQueryListener> listeners = [];
    private readonly Dictionary<IActorRef, Session> sessions = [];
    private readonly Dictionary<Origin, int> from = [];
    private NetworkMap? map;
    private long named;
    private long? toldOfRefusal;
    private bool isOpen;
    private bool accepts;

    public QueryActor(NodeParts node, IActorRef networks, IActorRef replies, IActorRef watch, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.networks = networks;
        this.replies = replies;
        this.watch = watch;
        listening = new Backoff(node.Time);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<Accepted>(Take);
            Receive<AcceptFailed>(Pause);
            Receive<AcceptAgain>(message => Accept(message.Listener));
            Receive<ListenAgain>(_ => Listen());
            Receive<NetworksProtocol.Changed>(message =>
            {
                map = message.Map;
                BeginToAccept();
            });
            Receive<Open>(_ =>
            {
                isOpen = true;
                BeginToAccept();
            });
            Receive<Relieve>(_ => CutWhoDoesNotRead());
            Receive<Shut>(_ => Close());
            Receive<Terminated>(message =>
            {
                Forget(message.ActorRef);
                CutWhoDoesNotRead();
            });
        });
        networks.Tell(NetworksProtocol.Follow.Instance);
        Listen();
    }

    protected override void Resting() => Receive<Accepted>(message => message.Connection.Dispose());

    protected override void PreRestart(Exception reason, object? message)
    {
        if (message is Accepted failed) failed.Connection.Dispose();
        base.PreRestart(reason, message!);
    }

    protected override void PostStop()
    {
        Close();
        foreach (var session in sessions.Keys.ToList()) Forget(session);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Listen()
    {
        foreach (var endpoint in node.Settings.Query)
        {
            try
            {
                listeners.Add(node.Query.Listen(endpoint));
            }
            catch (SocketException failure)
            {
                Close();
                Context.Parent.Tell(new ListenFailed(endpoint, failure.SocketErrorCode, failure.Message));
                Timers.StartSingleTimer(nameof(ListenAgain), ListenAgain.Instance, listening.Next());
                return;
            }
        }

        Context.Parent.Tell(new Listening([.. listeners.Select(listener => listener.Local)]));
        BeginToAccept();
    }

    private void Close()
    {
        foreach (var listener in listeners) listener.Dispose();
        listeners.Clear();
        accepts = false;
    }

    private void BeginToAccept()
    {
        if (accepts || !isOpen || map is null || listeners.Count == 0) return;
        accepts = true;
        foreach (var listener in listeners) Accept(listener);
    }

    private void Accept(IQueryListener listener)
    {
        if (!listeners.Contains(listener)) return;
        var self = Self;
        listener.Accept(
            connection => self.Tell(new Accepted(listener, connection)),
            error => self.Tell(new AcceptFailed(listener, error)));
    }

    private void Pause(AcceptFailed message)
    {
        Timers.StartSingleTimer(message.Listener, new AcceptAgain(message.Listener), AcceptPause);
        if (message.Error != SocketError.TooManyOpenSockets) return;
        node.Counters.NotAccepted();
        CutIdlest(_ => true);
        if (toldOfRefusal is { } told && node.Time.GetElapsedTime(told) < TellPause) return;
        toldOfRefusal = node.Time.GetTimestamp();
        node.Log.NoDescriptors(sessions.Count);
    }

    private void Take(Accepted message)
    {
        Accept(message.Listener);
        var connection = message.Connection;
        if (!AccessList.Admits(connection.Remote, map!, node.Settings.Allow))
        {
            node.Counters.NotAdmitted();
            connection.Dispose();
            return;
        }

        var origin = new Origin(connection.Remote, connection.User);
        if (from.GetValueOrDefault(origin) >= QueryLimits.ConnectionsFromOneAddress)
            CutIdlest(session => session.Origin == origin);
        else if (sessions.Count >= node.Settings.ConnectionsMax) CutIdlest(_ => true);
        var progress = new SessionProgress(node.Time);
        var child = Context.ActorOf(
            Spawn.Of(() => new QuerySession(node, connection, progress, replies, watch)), $"{++named}");
        Context.Watch(child);
        node.Counters.Opened();
        sessions.Add(child, new Session(connection, origin, progress));
        from[origin] = from.GetValueOrDefault(origin) + 1;
    }

    // One at a time: each gives its reply back when it has ended, and then it shows whether that was enough. Who alone
    // is reading may go on, however large its board.
    private void CutWhoDoesNotRead()
    {
        if (node.Replies.IsShort && sessions.Values.Count(session => session.Progress.HoldsReply) > 1)
            CutIdlest(session => session.Progress.HoldsReply);
    }

    private void CutIdlest(Func<Session, bool> among)
    {
        var (idlest, least) = (default(IActorRef), long.MaxValue);
        foreach (var (child, session) in sessions)
        {
            if (!among(session) || session.Progress.Last is var last && last >= least) continue;
            (idlest, least) = (child, last);
        }

        if (idlest is null) return;
        node.Counters.Cut();
        Context.Stop(idlest);
        Forget(idlest);
    }

    private void Forget(IActorRef child)
    {
        if (!sessions.Remove(child, out var session)) return;
        node.Counters.Closed();
        session.Connection.Dispose();
        if (--from[session.Origin] == 0) from.Remove(session.Origin);
    }

    /// <summary>Whose connections are counted together.</summary>
    private readonly record struct Origin(IPAddress? Address, uint? User);

    private sealed record Session(IQueryConnection Connection, Origin Origin, SessionProgress Progress);
}
