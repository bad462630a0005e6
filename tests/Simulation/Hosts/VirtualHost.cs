using System.Net.Sockets;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Networks;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// A machine: clock, interfaces, disk; it may run a node of ours, an old daemon, or nothing. It moves on by itself when
/// the site lets it, from one thing that happens to it to the next.
/// </summary>
internal sealed class VirtualHost : IStation
{
    // What follows a change of interfaces.
    private const long AlertTime = 10_000_000;

    private readonly Lock gate = new(); // the site's thread adds to what is on its way at any time
    private readonly Inbox inbox = new();
    private readonly Inbox arrived = new(); // what is due by now
    private int turn;
    private readonly List<VirtualSocket> toRead = [];
    private long alertUntil;
    private readonly Site site;
    private readonly HostClock clock;
    private IReadOnlyList<InterfaceAddress>? interfaces;
    private long bootedAt;
    private long deafBefore; // of earlier processes, in milliseconds

    public VirtualHost(Site site, int index, HostName name, HostClock clock)
    {
        this.site = site;
        this.clock = clock;
        Index = index;
        Name = name;
        Notes = new Notes(this, site.Watch);
        Disk = new VirtualDisk(site.Watch, Notes);
        Dispatcher = new DeterministicDispatcher(site.NewRandom().Next());
        bootedAt = clock.GetTimestamp() - (3600 + index % 977) * TimeSpan.TicksPerSecond;
    }

    public int Index { get; }

    public HostName Name { get; }

    public HostClock Clock => clock;

    public Site Site => site;

    public Notes Notes { get; }

    public List<Port> Ports { get; } = [];

    public DeterministicDispatcher Dispatcher { get; }

    /// <summary>
    /// Whether it answers to what arrives. Others send at their own times alone: they lag behind the site, and work off
    /// in one go what arrived meanwhile, each datagram at its time.
    /// </summary>
    public bool Answers { get; set; }

    /// <summary>Up to when the site may let it lag, in microseconds; never, when nothing is to come.</summary>
    public long WakesAt => clock.IsSuspended ? long.MaxValue
        : Answers ? Math.Min(clock.NextDue, inbox.NextDue)
        : clock.Now < alertUntil ? clock.NextDue
        : clock.NextLongDue; // the others only gather what is to be written or shown

    /// <summary>For when it is noted to be woken.</summary>
    public long NotedFor { get; set; } = long.MaxValue;

    /// <summary>Where it stands with those who work off what happened to it.</summary>
    public Turn Turn
    {
        get => (Turn)Volatile.Read(ref turn);
        set => Volatile.Write(ref turn, (int)value);
    }

    public VirtualDisk Disk { get; }

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

    /// <summary>When its process was last suspended, in microseconds.</summary>
    public long SuspendedAt { get; set; }

    /// <summary>For how long its processes were deaf, all together, in microseconds.</summary>
    public long Deaf => (deafBefore + (Node?.Parts.Hearing.DeafMilliseconds ?? 0)) * 1000;

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
        Ports.Add(site.Wire.Plug(this, segment, Address.On(segment.Number, Index + 1)));

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
        deafBefore += Node?.Parts.Hearing.DeafMilliseconds ?? 0;
        Node?.Kill();
        Old?.Kill();
        Node = null;
        Old = null;
        Socket = null;
        clock.IsSuspended = false;
        toRead.Clear();
    }

    public void Boot() => bootedAt = clock.GetTimestamp();

    /// <summary>Its board, as ruptime there would see it.</summary>
    public IReadOnlyDictionary<HostName, HostStatus> Board => Old is { } old ? old.Board
        : Node is { } node ? node.Parts.Board.Rows.ToDictionary(row => row.Host, row => row.Status)
        : new Dictionary<HostName, HostStatus>();

    public void ChangeInterfaces()
    {
        alertUntil = site.Now + AlertTime;
        interfaces = null;
        InterfacesChanged?.Invoke();
    }

    public long Now => clock.Now;

    public void Expect(Arrival arrival)
    {
        lock (gate) inbox.Add(arrival);
        if (Answers) site.Note(this);
    }

    /// <summary>
    /// Lets everything happen that happens to it until then, each at its time. On any thread, while it sends nothing.
    /// </summary>
    /// <param name="end">Microseconds since the start.</param>
    public void RunUntil(long end)
    {
        lock (gate) inbox.MoveTo(arrived, end);
        Settle(); // somebody may have started it, or stopped it
        while (true)
        {
            var timer = clock.IsSuspended ? long.MaxValue : clock.NextDue;
            var next = Math.Min(timer, arrived.NextDue);
            if (next > end) break;
            clock.Now = Math.Max(next, clock.Now);
            if (timer == next) clock.FireDue();
            else Arrive(arrived.Take());
            Settle();
        }

        clock.Now = end;
    }

    /// <summary>False when another was faster.</summary>
    public bool TryTakeTurn() =>
        Interlocked.CompareExchange(ref turn, (int)Turn.Taken, (int)Turn.Waits) == (int)Turn.Waits;

    public void HasToRead(VirtualSocket socket)
    {
        if (!toRead.Contains(socket)) toRead.Add(socket);
    }

    private void Settle()
    {
        Dispatcher.RunUntilIdle();
        while (toRead.Count > 0 && !clock.IsSuspended)
        {
            var before = toRead.Sum(socket => socket.Waiting);
            foreach (var socket in toRead) socket.Read();
            Dispatcher.RunUntilIdle();
            toRead.RemoveAll(socket => socket.Waiting == 0);
            if (toRead.Sum(socket => socket.Waiting) == before) break;
        }
    }

    private void Arrive(Arrival arrival)
    {
        var at = arrival.To;
        if (at.IsDeaf || at.IsDown || at.Segment.Weather.IsCut) return;
        Notes.Delivered(arrival.Bytes);
        if (arrival.FromPort == Scenario.Port) site.Traffic.Delivered(Index, arrival);
        Arrive(arrival.Bytes, arrival.From, arrival.FromPort);
    }

    /// <summary>A datagram is here.</summary>
    public void Arrive(byte[] datagram, uint from, ushort port)
    {
        if (Node is not null) Socket?.Arrive(datagram, from, port);
        else Old?.Arrive(datagram, from, port);
    }

    public void Closed(VirtualSocket socket)
    {
        toRead.Remove(socket);
        if (Socket == socket) Socket = null;
    }

    public void Send(ReadOnlySpan<byte> datagram, Destination destination, ushort local)
    {
        if (Datagrams.StatusIn(datagram) is { } status && status.Host == Name)
            Notes.Announces(status);
        var to = Address.Of(destination.EndPoint.Address);
        var usable = Ports.Where(port => !port.IsDown).ToList();
        var lan = Address.LanOf(to);
        var from = usable.Find(port => port.Segment.Number == lan) ?? usable.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.NetworkUnreachable);
        if (to != Address.BroadcastOf(lan)) site.Wire.Send(from, to, datagram.ToArray(), local);
        else if (from.Segment.Number == lan) site.Wire.Broadcast(from, datagram.ToArray(), local);
    }
}
