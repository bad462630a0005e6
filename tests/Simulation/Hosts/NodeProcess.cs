using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rwho.Actors;
using Rwho.Actors.Announce;
using Rwho.Actors.Networks;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Actors.Spool;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// One life of the daemon on a host: the production actors, and the ports that join them to the virtual world. Once
/// killed, whatever they still do reaches nothing.
/// </summary>
internal sealed class NodeProcess : IUdpTransport, INetworkProbe, IHostProbe, ISpoolDirectory, INameResolver,
    IQueryTransport, ILogger, IDisposable
{
    private static readonly IEnumerable<(string, byte[])> Nothing = [];

    private readonly VirtualHost host;
    private readonly Random random;
    private ActorSystem? system;
    private IActorRef root = ActorRefs.Nobody;
    private Action? changed;
    private HostReading? reading;
    private long readAt;

    public NodeProcess(VirtualHost host, NodeSettings settings, Flaw flaw)
    {
        this.host = host;
        random = host.Site.NewRandom();
        Parts = new NodeParts(settings, this, this, this, this, this, this, host.Clock, this)
        {
            NewCookie = () => (ulong)random.NextInt64(1, long.MaxValue),
            Flaw = flaw,
        };
    }

    public NodeParts Parts { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsReady { get; private set; }

    public bool HasStopped { get; private set; }

    public void Start()
    {
        host.InterfacesChanged += TellChanged;
        system = ActorSystem.Create("rwhod", new EngineSettings
        {
            Dispatcher = host.Dispatcher,
            TimeProvider = host.Clock,
            Logger = this,
        });
        root = system.ActorOf(Spawn.Of(() => new RwhoActor(Parts, Take)), "rwho");
    }

    /// <summary>As systemctl stop does.</summary>
    public void Stop() => root.Tell(NodeProtocol.Stop.Instance, ActorRefs.NoSender);

    public void Kill()
    {
        IsAlive = false;
        host.InterfacesChanged -= TellChanged;
        system?.Terminate();
    }

    public void Dispose() => Kill();

    public IUdpSocket Bind(IPEndPoint local)
    {
        var socket = new VirtualSocket(host, (ushort)local.Port);
        if (local.AddressFamily == AddressFamily.InterNetworkV6 || !IsAlive) return socket;
        if (host.Socket is not null) throw new SocketException((int)SocketError.AddressAlreadyInUse);
        socket.ReceiveBufferBytes = host.Site.ReceiveBufferBytes;
        return host.Socket = socket;
    }

    IReadOnlyList<InterfaceAddress> INetworkProbe.Read() => host.Interfaces;

    public IDisposable OnChange(Action callback)
    {
        changed = callback;
        return new Subscription(this);
    }

    HostReading IHostProbe.Read(long now)
    {
        reading = new HostReading(
            host.BootTime, new LoadAverages(random.Next(400), random.Next(400), random.Next(400)), Users(now));
        readAt = now;
        return reading;
    }

    /// <summary>Whether a spool file holds what this node last read of its own host.</summary>
    public bool HasJustRead(ReadOnlySpan<byte> content)
    {
        if (content.Length < WhodLayout.HeaderBytes) return false;
        var status = Checks.Datagrams.InSpool(content);
        return reading is not null && status.Load == reading.Load && status.SendTime == WhoTime.Fold(readAt)
            && status.EntryCount == reading.Users.Length;
    }

    public IEnumerable<(string FileName, byte[] Content)> ReadAll() => IsAlive ? host.Disk.ReadAll() : Nothing;

    public bool IsAnother() => false;

    public bool Holds(IReadOnlySet<HostName> hosts) => !IsAlive || host.Disk.Holds(hosts);

    public void Write(HostName name, ReadOnlySpan<byte> content)
    {
        if (IsAlive) host.Disk.Write(name, content);
    }

    public void Delete(HostName name)
    {
        if (IsAlive) host.Disk.Delete(name);
    }

    public void Resolve(string name, Action<IReadOnlyList<IPAddress>> resolved) =>
        resolved(IPAddress.TryParse(name, out var address) ? [address] : []);

    public IQueryListener Listen(QueryEndpoint endpoint) => throw new NotSupportedException("nobody asks");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsAlive) host.Notes.Logged(logLevel, formatter(state, exception), exception);
    }

    private ImmutableArray<WhodEntry> Users(long now) =>
        [.. Enumerable.Range(0, host.Index % 4).Select(i => WhodEntry.Create(
            $"pts/{i}", $"user{i}", WhoTime.Fold(now - 5000), random.Next(7200)))];

    private void TellChanged() => changed?.Invoke();

    private void Take(NodeEvent happened)
    {
        if (happened is NodeEvent.Ready) IsReady = true;
        if (happened is NodeEvent.Stopped) HasStopped = true;
        if (IsAlive) host.Notes.Happened(happened);
    }

    private sealed class Subscription(NodeProcess owner) : IDisposable
    {
        public void Dispose() => owner.changed = null;
    }
}
