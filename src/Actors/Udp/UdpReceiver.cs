using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using static Rwho.Actors.Udp.UdpProtocol;

namespace Rwho.Actors.Udp;

/// <summary>
/// Owns what the receive thread does, passes on what it says of neighbours, and tells of refused datagrams, a line a
/// minute at most. It lives as long as its socket.
/// </summary>
internal sealed class UdpReceiver : ReceiveActor, IWithTimers
{
    public static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private readonly ILogger log;
    private readonly ReceivePath path;
    private readonly IUdpSocket socket;
    private NetworkMap? map;
    private NeighbourMap neighbours;
    private bool isReceiving;

    /// <param name="map">Null while nobody knows: until then datagrams wait with the system.</param>
    public UdpReceiver(
        NodeParts node, IUdpSocket socket, NetworkMap? map, NeighbourMap neighbours, IActorRef hosts, IActorRef relay)
    {
        this.socket = socket;
        this.map = map;
        this.neighbours = neighbours;
        log = node.Log;
        path = new ReceivePath(node, Self, hosts);
        Receive<NetworksProtocol.Changed>(message =>
        {
            this.map = message.Map;
            Use();
        });
        Receive<RelayProtocol.NeighboursChanged>(message =>
        {
            this.neighbours = message.Map;
            Use();
        });
        Receive<RelayProtocol.HelloHeard>(message => relay.Tell(message));
        Receive<RelayProtocol.CookieHeard>(message => relay.Tell(message));
        Receive<RelayProtocol.BoardHeard>(message => relay.Tell(message));
        Receive<ReceiveFailed>(message => ExceptionDispatchInfo.Throw(message.Failure));
        Receive<Refused>(_ => Timers.StartSingleTimer(nameof(Refused), ReportRefused.Instance, FirstReport));
        Receive<ReportRefused>(_ => Report());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Use();

    protected override void PostStop() => path.Dispose();

    private void Use()
    {
        if (map is null) return;
        path.Use(map, neighbours);
        if (isReceiving) return;
        isReceiving = true;
        socket.StartReceiving(path);
    }

    private void Report()
    {
        if (path.TakeRefusals() is not { } refused) return;
        log.DatagramsRefused(refused);
        Timers.StartSingleTimer(nameof(Refused), ReportRefused.Instance, ReportInterval);
    }
}
