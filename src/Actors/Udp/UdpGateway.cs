using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using static Rwho.Actors.Udp.UdpProtocol;

namespace Rwho.Actors.Udp;

/// <summary>
/// Owns the UDP socket. Receiver and sender are its children and fail together: then the socket is closed, and bound
/// again with back-off.
/// </summary>
public sealed class UdpGateway : HealingActor
{
    /// <summary>The group that FreeBSD's and illumos' rwhod use; always listened to.</summary>
    public static readonly IPAddress MulticastGroup = new([224, 0, 1, 3]);

    /// <summary>A multicast group that cannot be heard is tried again this often.</summary>
    public static readonly TimeSpan JoinInterval = TimeSpan.FromMinutes(1);

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly IActorRef hosts;
    private readonly Backoff rebinding;
    private readonly HashSet<int> memberships = [];
    private readonly HashSet<int> unheard = []; // interfaces whose failure was told
    private readonly IActorRef relay;
    private NetworkMap? map; // null until the first is known
    private NeighbourMap neighbours = NeighbourMap.Empty;
    private IUdpSocket? socket;
    private int children;

    /// <param name="local">An IPv6 address for a socket that serves neighbours only.</param>
    public UdpGateway(
        NodeParts node, IPEndPoint local, IActorRef networks, IActorRef hosts, IActorRef relay, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        Local = local;
        this.relay = relay;
        this.networks = networks;
        this.hosts = hosts;
        rebinding = new Backoff(node.Time);
    }

    private IPEndPoint Local { get; }

    protected override void Begin()
    {
        networks.Tell(NetworksProtocol.Follow.Instance);
        relay.Tell(new RelayProtocol.Use(Self, IsIPv6));
        Bind();
    }

    private bool IsIPv6 => Local.AddressFamily == AddressFamily.InterNetworkV6;

    protected override void PostStop() => Close();

    protected override SupervisorStrategy SupervisorStrategy() => new AllForOneStrategy(_ => Directive.Stop);

    private void Binding()
    {
        Receive<BindAgain>(_ => Bind());
        Receive<NetworksProtocol.Changed>(message =>
        {
            map = message.Map;
        });
        Receive<RelayProtocol.NeighboursChanged>(message =>
        {
            neighbours = message.Map;
        });
        Receive<Send>(_ =>
        {
            node.Counters.NotSent();
            Sender.Tell(new NotSent(SocketError.NotConnected));
        });
    }

    private void Bound()
    {
        Receive<Send>(message => Context.Child("sender").Forward(message));
        Receive<NetworksProtocol.Changed>(message =>
        {
            map = message.Map;
            if (!node.Settings.SendOnly) Context.Child("receiver").Forward(message);
            Join();
        });
        Receive<RelayProtocol.NeighboursChanged>(message =>
        {
            neighbours = message.Map;
            if (!node.Settings.SendOnly) Context.Child("receiver").Forward(message);
        });
        Receive<JoinAgain>(_ => Join());
        Receive<Terminated>(_ => ChildGone());
    }

    private void Bind()
    {
        try
        {
            socket = node.Udp.Bind(Local);
        }
        catch (SocketException failure)
        {
            Context.Parent.Tell(new BindFailed(Local, failure.SocketErrorCode));
            Become(Binding);
            Timers.StartSingleTimer(nameof(BindAgain), BindAgain.Instance, rebinding.Next());
            return;
        }

        var bound = socket;
        if (!node.Settings.SendOnly && !IsIPv6) node.Hearing.Opened(bound);
        children = 0;
        memberships.Clear();
        Watch(Context.ActorOf(Spawn.Of(() => new UdpSender(bound, node.Counters)), "sender"));
        if (!node.Settings.SendOnly)
        {
            var (networksNow, neighboursNow) = (map, neighbours);
            Watch(Context.ActorOf(
                Spawn.Of(() => new UdpReceiver(node, bound, networksNow, neighboursNow, hosts, relay)), "receiver"));
        }

        Join();
        Become(Bound);
        Context.Parent.Tell(new Bound(Local, bound.ReceiveBufferBytes));
    }

    private void Watch(IActorRef child)
    {
        Context.Watch(child);
        children++;
    }

    private void ChildGone()
    {
        if (--children > 0) return;
        Close();
        var rest = rebinding.Next();
        node.Counters.SocketFailed();
        node.Log.SocketFailed(rest.TotalSeconds);
        Become(Binding);
        Timers.StartSingleTimer(nameof(BindAgain), BindAgain.Instance, rest);
    }

    private void Close()
    {
        if (socket is not null) node.Hearing.Closed(socket);
        if (node.Flaw != Flaw.KeepsSocket) socket?.Dispose();
        socket = null;
    }

    private void Join()
    {
        if (socket is null || node.Settings.SendOnly || IsIPv6) return;
        var wanted = (map ?? NetworkMap.Empty).MulticastInterfaces;
        foreach (var index in memberships.Except(wanted).ToArray()) SetMembership(index, member: false);
        foreach (var index in wanted.Except(memberships).ToArray()) SetMembership(index, member: true);
        unheard.IntersectWith(wanted.Except(memberships));
        if (unheard.Count > 0) Timers.StartSingleTimer(nameof(JoinAgain), JoinAgain.Instance, JoinInterval);
    }

    private void SetMembership(int index, bool member)
    {
        try
        {
            socket!.SetMembership(MulticastGroup, index, member);
        }
        catch (SocketException failure)
        {
            // Leaving an interface that is gone fails; the system has left it already.
            if (member && unheard.Add(index)) node.Log.MulticastFailed(index, failure.SocketErrorCode);
            if (member) return;
        }

        if (member) memberships.Add(index);
        else memberships.Remove(index);
    }
}
