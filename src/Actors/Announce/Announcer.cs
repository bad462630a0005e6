using System.Buffers.Binary;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Protocol;

namespace Rwho.Actors.Announce;

/// <summary>
/// Announces this host: at the start, at every interval, and soon after a network has arrived. The host's own row comes
/// from here, not from hearing its own broadcast, which many links do not loop back.
/// </summary>
public sealed class Announcer : HealingActor
{
    /// <summary>However often networks come and go, announcements to them lie at least so far apart.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);

    private readonly NodeParts node;
    private readonly IActorRef networks;
    private readonly IActorRef hosts;
    private readonly ProbeHealth health;
    private long? announced;
    private long? bootTime;

    public Announcer(NodeParts node, IActorRef networks, IActorRef hosts, Backoff backoff)
        : base(backoff)
    {
        this.node = node;
        this.networks = networks;
        this.hosts = hosts;
        health = new ProbeHealth(node);
    }

    protected override void Begin()
    {
        Become(() =>
        {
            Receive<AnnounceNow>(_ => Announce());
            Receive<NetworksProtocol.Changed>(Follow);
        });
        Timers.StartPeriodicTimer("interval", AnnounceNow.Instance, node.Settings.Interval);
        Announce();
        networks.Tell(NetworksProtocol.Follow.Instance);
    }

    private void Follow(NetworksProtocol.Changed change)
    {
        if (!change.Arrived || announced is not { } last) return;
        var pause = ShortestPause - node.Time.GetElapsedTime(last);
        if (pause <= TimeSpan.Zero) Announce();
        else Timers.StartSingleTimer("arrival", AnnounceNow.Instance, pause);
    }

    private void Announce()
    {
        var now = node.Now.UnixSeconds;
        var reading = node.HostProbe.Read(now);
        health.Is(reading.Unread);
        var sendTime = WhoTime.Fold(now);
        if (node.Flaw == Flaw.WrongByteOrder) sendTime = BinaryPrimitives.ReverseEndianness(sendTime);
        var status = new WhodStatus(
            node.Settings.Name, sendTime, WhoTime.Fold(Steady(reading.BootTime)), reading.Load, reading.Users);
        var datagram = WhodCodec.ToDatagram(status);
        hosts.Tell(new HostsProtocol.Announced(datagram));
        if (!node.Settings.ListenOnly) networks.Tell(new NetworksProtocol.Broadcast(datagram));
        announced = node.Time.GetTimestamp();
        Timers.Cancel("arrival");
    }

    // The system computes the boot time from two clocks, and it wavers by a second or two; a step of the clock is more.
    private long Steady(long read)
    {
        const long Wavers = 2;
        if (bootTime is not { } known || Math.Abs(known - read) > Wavers) bootTime = read;
        return bootTime.Value;
    }

    private sealed record AnnounceNow
    {
        public static readonly AnnounceNow Instance = new();
    }
}
