using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Networks;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// Owns the listeners; one child a connection. A client that may not ask is closed without a reply. When there are too
/// many, the one longest without progress gives way.
/// </summary>
public sealed class QueryActor : HealingActor
{
    /// <summary>After an accept that the system refused, for want of descriptors most of all.</summary>
    public static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private static readonly IPAddress LocalClients = IPAddress.None;

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly IActorRef replies;
    private readonly IActorRef watch;
    private readonly Backoff listening;
    private readonly List<IQueryListener> listeners = [];
    private readonly Dictionary<IActorRef, Session> sessions = [];
    private readonly Dictionary<IPAddress, int> fromAddress = [];
    private NetworkMap map = NetworkMap.Empty;
    private long named;

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
            Receive<AcceptFailed>(message => Timers.StartSingleTimer(
                message.Listener, new AcceptAgain(message.Listener), AcceptPause));
            Receive<AcceptAgain>(message => Accept(message.Listener));
            Receive<ListenAgain>(_ => Listen());
            Receive<NetworksProtocol.Changed>(message => map = message.Map);
            Receive<Terminated>(message => Forget(message.ActorRef));
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
                Context.Parent.Tell(new ListenFailed(endpoint, failure.SocketErrorCode));
                Timers.StartSingleTimer(nameof(ListenAgain), ListenAgain.Instance, listening.Next());
                return;
            }
        }

        foreach (var listener in listeners) Accept(listener);
        Context.Parent.Tell(new Listening([.. listeners.Select(listener => listener.Local)]));
    }

    private void Close()
    {
        foreach (var listener in listeners) listener.Dispose();
        listeners.Clear();
    }

    private void Accept(IQueryListener listener)
    {
        if (!listeners.Contains(listener)) return;
        var self = Self;
        listener.Accept(
            connection => self.Tell(new Accepted(listener, connection)),
            error => self.Tell(new AcceptFailed(listener, error)));
    }

    private void Take(Accepted message)
    {
        Accept(message.Listener);
        var connection = message.Connection;
        if (!AccessList.Admits(connection.Remote, map, node.Settings.Allow))
        {
            node.Counters.NotAdmitted();
            connection.Dispose();
            return;
        }

        var address = connection.Remote ?? LocalClients;
        if (fromAddress.GetValueOrDefault(address) >= QueryLimits.ConnectionsFromOneAddress) StopIdlest(address);
        else if (sessions.Count >= QueryLimits.Connections) StopIdlest(null);
        var progress = new SessionProgress(node.Time);
        var session = Context.ActorOf(
            Spawn.Of(() => new QuerySession(node, connection, progress, replies, watch)), $"{++named}");
        Context.Watch(session);
        node.Counters.Opened();
        sessions.Add(session, new Session(connection, address, progress));
        fromAddress[address] = fromAddress.GetValueOrDefault(address) + 1;
    }

    private void StopIdlest(IPAddress? from)
    {
        var (idlest, found) = (default(IActorRef), default(Session));
        foreach (var (session, about) in sessions)
        {
            if (from is not null && !about.Address.Equals(from)) continue;
            if (found is null || about.Progress.Last < found.Progress.Last) (idlest, found) = (session, about);
        }

        if (idlest is null) return;
        node.Counters.Cut();
        Context.Stop(idlest);
        Forget(idlest);
    }

    private void Forget(IActorRef session)
    {
        if (!sessions.Remove(session, out var about)) return;
        node.Counters.Closed();
        about.Connection.Dispose();
        if (--fromAddress[about.Address] == 0) fromAddress.Remove(about.Address);
    }

    private sealed record Session(IQueryConnection Connection, IPAddress Address, SessionProgress Progress);
}
