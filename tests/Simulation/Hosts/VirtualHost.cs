using System.Net.Sockets;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>A machine: clock, interfaces, disk; it may run a node of ours, an old daemon, or nothing.</summary>
internal sealed class VirtualHost(Site site, int index, HostName name, HostClock clock) : IStation
{
    private readonly List<VirtualSocket> toRead = [];
    private IReadOnlyList<InterfaceAddress>? interfaces;
    private long bootedAt = clock.GetTimestamp() - (3600 + index % 977) * TimeSpan.TicksPerSecond;

    public int Index => index;

    public HostName Name => name;

    public HostClock Clock => clock;

    public Site Site => site;

    public List<Port> Ports { get; } = [];

    public VirtualDisk Disk { get; } = new(site, index, clock);

    /// <summary>On this host's own clock, seconds since 1970: it moves when the clock is set, as Linux's.</summary>
    public long BootTime => clock.UnixSeconds - (clock.GetTimestamp() - bootedAt) / TimeSpan.TicksPerSecond;

    public NodeProcess? Node { get; private set; }

    public OldDaemon? Old { get; private set; }

    public bool IsRunning => Node is not null || Old is not null;

    /// <summary>What every send fails with; null for none.</summary>
    public SocketError? SendFault { get; set; }

    public VirtualSocket? Socket { get; set; }

    /// <summary>When its clock was last set, in microseconds.</summary>
    public long SteppedAt { get; set; } = long.MinValue / 2;

    /// <summary>How often a process was started.</summary>
    public int Lives { get; private set; }

    /// <summary>When its process last started, in microseconds.</summary>
    public long StartedAt { get; private set; }

    public event Action? InterfacesChanged;

    /// <summary>Interfaces in place of those that it is plugged in with; null for these.</summary>
    public IReadOnlyList<InterfaceAddress>? GivenInterfaces { get; set; }

    public IReadOnlyList<InterfaceAddress> Interfaces => GivenInterfaces ?? (interfaces ??=
        [.. Ports.Where(port => !port.IsDown).Select(port => new InterfaceAddress(
            $"eth{Ports.IndexOf(port)}", Ports.IndexOf(port) + 2,
            InterfaceFlags.Up | InterfaceFlags.Broadcast | InterfaceFlags.Multicast | InterfaceFlags.Running,
            Address.ToIP(port.Address), Address.PrefixLength,
            Address.ToIP(Address.BroadcastOf(port.Segment.Number))))]);

    public void Plug(Segment segment) =>
        Ports.Add(site.Wire.Plug(this, segment, Address.On(segment.Number, index + 1)));

    public void StartNode(NodeProcess process)
    {
        Node = process;
        Begin();
        process.Start();
    }

    public void StartOld(OldDaemon daemon)
    {
        Old = daemon;
        Begin();
        daemon.Start();
    }

    private void Begin()
    {
        Lives++;
        StartedAt = site.Now;
    }

    /// <summary>The process is gone, with whatever it had in hand.</summary>
    public void Kill()
    {
        Node?.Kill();
        Old?.Kill();
        Node = null;
        Old = null;
        Socket = null;
        toRead.Clear();
    }

    public void Boot() => bootedAt = clock.GetTimestamp();

    /// <summary>Its board, as ruptime there would see it.</summary>
    public IReadOnlyDictionary<HostName, HostStatus> Board => Old is { } old ? old.Board
        : Node is { } node ? node.Parts.Board.Rows.ToDictionary(row => row.Host, row => row.Status)
        : new Dictionary<HostName, HostStatus>();

    public void ChangeInterfaces()
    {
        interfaces = null;
        InterfacesChanged?.Invoke();
    }

    public void Arrive(byte[] datagram, uint from, ushort port, Port at)
    {
        if (Node is not null) Socket?.Arrive(datagram, from, port);
        else Old?.Arrive(datagram, from, port);
    }

    public void HasToRead(VirtualSocket socket)
    {
        if (toRead.Count == 0) site.HasToRead(this);
        if (!toRead.Contains(socket)) toRead.Add(socket);
    }

    /// <summary>Whether something is left that could not be read yet.</summary>
    public bool Read()
    {
        foreach (var socket in toRead) socket.Read();
        toRead.RemoveAll(socket => socket.Waiting == 0);
        return toRead.Count > 0;
    }

    public void Closed(VirtualSocket socket)
    {
        toRead.Remove(socket);
        if (Socket == socket) Socket = null;
    }

    public void Send(ReadOnlySpan<byte> datagram, Destination destination, ushort local)
    {
        if (Checks.Datagrams.StatusIn(datagram) is { } status && status.Host == name)
            site.Watch.Announces(this, status);
        var to = Address.Of(destination.EndPoint.Address);
        var usable = Ports.Where(port => !port.IsDown).ToList();
        var lan = Address.LanOf(to);
        var from = usable.Find(port => port.Segment.Number == lan) ?? usable.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.NetworkUnreachable);
        if ((to & 0xFFFF) == 0xFFFF) site.Wire.Broadcast(from, datagram.ToArray(), local);
        else site.Wire.Send(from, to, datagram.ToArray(), local);
    }
}
