using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Announce;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Actors.Spool;
using Rwho.Actors.Udp;

namespace Rwho.Actors;

/// <summary>
/// The node:
/// <code>
/// /user/rwho       one-for-one; each child rests before it goes on after a failure (HealingActor)
///   networks       which interfaces exist now; one child a network announced to
///   udp, udp6      a socket each; children receiver and sender, all-for-one; IPv6 for neighbours only
///   relay          passes statuses on, to neighbours and between networks
///   hosts          the table
///   spool          a file a host
///   replies        what clients are answered, made once for all who ask the same
///   watch          changes, for clients that watch
///   query          the listeners; one child a connection
///   federation     shares statuses with the gateways of other networks; on Akka.NET, when told to
///   announcer      what this host says of itself; made when the others are ready
/// </code>
/// </summary>
public sealed class RwhoActor : ReceiveActor, IWithTimers
{
    /// <summary>How long the spool may take at the end.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly NodeParts node;
    private readonly Action<NodeEvent> tell;
    private UdpProtocol.Bound? bound;
    private QueryProtocol.Listening? listening;
    private QueryProtocol.ListenFailed? notListening; // not told yet
    private bool restored;
    private bool ready;
    private bool toldOfIPv6;
    private bool stopping;

    /// <param name="tell">Called on the node's threads; must not block or throw.</param>
    public RwhoActor(NodeParts node, Action<NodeEvent> tell)
    {
        this.node = node;
        this.tell = tell;
        Receive<UdpProtocol.Bound>(SocketThere);
        Receive<UdpProtocol.BindFailed>(SocketFailed);
        Receive<QueryProtocol.Listening>(ClientsCanAsk);
        Receive<QueryProtocol.ListenFailed>(ClientsCannotAsk);
        Receive<NodeProtocol.BoardRestored>(_ =>
        {
            restored = true;
            OpenToClients();
            BeginWhenReady();
        });
        Receive<NodeProtocol.Probe>(_ => tell(new NodeEvent.Alive()));
        Receive<NodeProtocol.Stop>(_ => Drain());
        Receive<NodeProtocol.Drained>(_ => StopNow());
        Receive<NodeProtocol.StopNow>(_ => StopNow());
        Receive<Terminated>(message => Lose(message.ActorRef.Path.Name));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    protected override void PreStart()
    {
        var hosts = Child("hosts", backoff => new HostsActor(node, backoff));
        Child("spool", backoff => new SpoolActor(node, hosts, backoff));
        var networks = Child("networks", backoff => new NetworksActor(node, backoff));
        var relay = Child("relay", backoff => new RelayActor(node, networks, hosts, backoff));
        var (local, port) = (node.Settings.BindAddress, node.Settings.Port);
        var udp = Child("udp", backoff =>
            new UdpGateway(node, new IPEndPoint(local, port), networks, hosts, relay, backoff));
        networks.Tell(new NetworksProtocol.Use(udp));
        if (node.Settings.HasNeighbours)
            Child("udp6", backoff =>
                new UdpGateway(node, new IPEndPoint(IPAddress.IPv6Any, port), networks, hosts, relay, backoff));
        var replies = Child("replies", backoff => new RepliesActor(node, networks, backoff));
        var watch = Child("watch", backoff => new WatchActor(node, replies, backoff));
        Child("query", backoff => new QueryActor(node, networks, replies, watch, backoff));
    }

    protected override void PostStop()
    {
        if (stopping) tell(new NodeEvent.Stopped());
    }

    private IActorRef Child<T>(string name, Func<Backoff, T> create)
        where T : HealingActor
    {
        var backoff = new Backoff(node.Time);
        var child = Context.ActorOf(Spawn.Of(() => create(backoff)), name);
        Context.Watch(child);
        return child;
    }

    private void SocketThere(UdpProtocol.Bound message)
    {
        node.Log.Listening(message.Local, message.ReceiveBufferBytes);
        if (message.Local.AddressFamily == AddressFamily.InterNetworkV6)
        {
            toldOfIPv6 = false;
            return;
        }

        if (bound is null && message.ReceiveBufferBytes < ReceiveBuffer.WantedBytes)
            node.Log.BufferSmall(message.ReceiveBufferBytes, ReceiveBuffer.WantedBytes, ReceiveBuffer.AskedBytes);
        bound = message;
        if (notListening is { } failed) ClientsCannotAsk(failed);
        BeginWhenReady();
    }

    private void SocketFailed(UdpProtocol.BindFailed message)
    {
        if (message.Local.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Neighbours can be reached by IPv4 without it: many hosts have none, and one line says so.
            if (!toldOfIPv6) node.Log.BindFails(message.Local, message.Error);
            toldOfIPv6 = true;
            return;
        }

        if (ready) node.Log.BindFails(message.Local, message.Error);
        else tell(new NodeEvent.BindFailed(message.Local, message.Error));
    }

    private void ClientsCanAsk(QueryProtocol.Listening message)
    {
        listening = message;
        notListening = null;
        OpenToClients();
        if (!message.Endpoints.IsEmpty) node.Log.ClientsCanAsk(string.Join(", ", message.Endpoints));
        BeginWhenReady();
    }

    private void ClientsCannotAsk(QueryProtocol.ListenFailed message)
    {
        // Another node here has both ports, and that of the network tells more: it is heard of first.
        notListening = bound is null ? message : null;
        if (bound is null) return;
        if (ready) node.Log.ListenFails(message.Endpoint, message.Reason);
        else tell(new NodeEvent.ListenFailed(message.Endpoint, message.Error, message.Reason));
    }

    // Before, they would see an empty board; until then they wait in the listener's queue.
    private void OpenToClients()
    {
        if (restored) Context.Child("query").Tell(QueryProtocol.Open.Instance);
    }

    private void BeginWhenReady()
    {
        if (ready || stopping || bound is null || listening is null || !restored) return;
        ready = true;
        var (networks, hosts) = (Context.Child("networks"), Context.Child("hosts"));
        if (node.Federation is { } federation)
            Child("federation", backoff => new FederationActor(node, federation, hosts, backoff));
        Child("announcer", backoff => new Announcer(node, networks, hosts, backoff));
        tell(new NodeEvent.Ready(bound.Local, listening.Endpoints));
    }

    private void Drain()
    {
        if (stopping) return;
        stopping = true;
        Timers.StartSingleTimer(nameof(StopNow), NodeProtocol.StopNow.Instance, DrainTime);
        Context.Child("query").Tell(QueryProtocol.Shut.Instance);
        Context.Stop(Context.Child("federation"));
        Context.Child("hosts").Tell(new HostsProtocol.Drain(Context.Child("spool")));
    }

    private void StopNow() => Context.Stop(Self);

    private void Lose(string part)
    {
        if (!stopping) tell(new NodeEvent.Lost(part, "it ended by itself"));
    }
}
