using Rwho.Protocol;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// A daemon modelled after Debian's: no actors, no order, no copies told apart; it believes what it heard last.
/// </summary>
internal sealed class OldDaemon(VirtualHost host) : IDisposable
{
    private readonly Random random = host.Site.NewRandom();
    private readonly Dictionary<HostName, HostStatus> board = [];
    private ITimer? timer;

    public IReadOnlyDictionary<HostName, HostStatus> Board => board;

    public void Start()
    {
        timer = host.Clock.CreateTimer(
            _ => Announce(), null, TimeSpan.Zero, TimeSpan.FromSeconds(WhoTime.IntervalSeconds));
    }

    public void Kill() => timer?.Dispose();

    public void Dispose() => Kill();

    public void Arrive(byte[] datagram, uint from, ushort port)
    {
        if (port != Scenario.Port || host.Ports.Exists(own => own.Address == from)) return;
        if (datagram.Length < WhodLayout.HeaderBytes) return;
        if (datagram[0] != WhodLayout.Version || datagram[1] != WhodLayout.StatusType) return;
        if (!WhodCodec.TryRead(datagram, out var status, out _)) return;
        board[status.Host] = new HostStatus(status, host.Clock.UnixSeconds);
    }

    private void Announce()
    {
        var now = host.Clock.UnixSeconds;
        var status = WhodCodec.ToDatagram(new WhodStatus(
            host.Name, WhoTime.Fold(now), WhoTime.Fold(host.BootTime),
            new LoadAverages(random.Next(400), random.Next(400), random.Next(400)), []));
        host.Notes.Announces(status);
        board[host.Name] = new HostStatus(status, now); // as heard back from the network
        foreach (var port in host.Ports)
            if (!port.IsDown) host.Site.Wire.Broadcast(port, status.Bytes, Scenario.Port);
    }
}
