using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Actors;

/// <summary>
/// Broadcast networks in memory, one for each prefix of 24 bits, and routers between them: what is sent to one address
/// arrives there. Each host is a transport.
/// </summary>
internal sealed class MemoryLan(TimeProvider time)
{
    private readonly List<MemoryTransport> hosts = [];
    private readonly HashSet<ITimer> underWay = [];

    /// <summary>How long a datagram from one address to another takes, in milliseconds.</summary>
    public Func<IPAddress, IPAddress, double> Delay { get; set; } = (_, _) => 0;

    /// <summary>Whether a datagram from one address to another is lost.</summary>
    public Func<IPAddress, IPAddress, bool> Loses { get; set; } = (_, _) => false;

    public List<(IPAddress From, Destination To, byte[] Datagram)> Sent { get; } = [];

    public MemoryTransport Join(IPAddress address)
    {
        var transport = new MemoryTransport(this, address);
        hosts.Add(transport);
        return transport;
    }

    /// <summary>Puts a datagram on the network, from any source.</summary>
    public void Inject(string from, int port, byte[] datagram)
    {
        foreach (var host in hosts) host.Deliver(new IPEndPoint(IPAddress.Parse(from), port), datagram);
    }

    /// <summary>Broadcasts a datagram from the who port of an address on the network that the address is on.</summary>
    public void Announce(string from, byte[] datagram)
    {
        var source = new IPEndPoint(IPAddress.Parse(from), 513);
        foreach (var host in hosts)
            if (host.Addresses.Any(own => SameLan(own, source.Address))) host.Deliver(source, datagram);
    }

    internal void Send(MemoryTransport sender, Destination to, ReadOnlySpan<byte> datagram)
    {
        var copy = datagram.ToArray();
        var target = to.EndPoint.Address;
        var from = sender.AddressFor(target);
        Sent.Add((from, to, copy));
        foreach (var host in hosts)
        {
            var at = to.MulticastInterface != 0 ? host.Addresses[0]
                : IsBroadcast(target) ? host.Addresses.FirstOrDefault(address => SameLan(address, target))
                : host.Addresses.FirstOrDefault(address => address.Equals(target));
            if (at is null || host.Port != to.EndPoint.Port || Loses(from, at)) continue;
            Deliver(host, new IPEndPoint(from, sender.Port), copy, Delay(from, at));
        }
    }

    /// <summary>Whether two addresses are on one network.</summary>
    internal static bool SameLan(IPAddress left, IPAddress right) =>
        left.AddressFamily == right.AddressFamily
        && left.GetAddressBytes().AsSpan(0, 3).SequenceEqual(right.GetAddressBytes().AsSpan(0, 3));

    private static bool IsBroadcast(IPAddress address) => address.GetAddressBytes() is [_, _, _, 255];

    private void Deliver(MemoryTransport host, IPEndPoint from, byte[] datagram, double delay)
    {
        if (delay == 0)
        {
            host.Deliver(from, datagram);
            return;
        }

        // The clock holds a timer only as long as somebody holds it.
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                underWay.Remove(timer!);
                host.Deliver(from, datagram);
            },
            null, TimeSpan.FromMilliseconds(delay), Timeout.InfiniteTimeSpan);
        underWay.Add(timer);
    }
}

/// <summary>A host's sockets on a network in memory, with faults to switch on.</summary>
internal sealed class MemoryTransport(MemoryLan lan, IPAddress address) : IUdpTransport
{
    private MemorySocket? socket;
    private MemorySocket? socket6;

    /// <summary>The first is its own.</summary>
    public List<IPAddress> Addresses { get; } = [address];

    public int Port { get; private set; }

    public int Binds { get; private set; }

    public SocketError? BindFault { get; set; }

    /// <summary>The system has no IPv6.</summary>
    public SocketError? BindFault6 { get; set; }

    /// <summary>A failure that no socket should report.</summary>
    public Exception? UnknownBindFault { get; set; }

    public SocketError? SendFault { get; set; }

    /// <summary>Where sends fail; null for everywhere.</summary>
    public IPAddress? SendFaultAt { get; set; }

    public SocketError? MembershipFault { get; set; }

    /// <summary>Datagrams that found no room and were lost, as in a full receive buffer.</summary>
    public int Lost { get; private set; }

    public HashSet<int> Memberships { get; } = [];

    public bool IsBound => socket is not null;

    /// <summary>The address that it sends from to others than those beside it, as its routes may say.</summary>
    public IPAddress? SendsFrom { get; set; }

    /// <summary>What it sends from, to reach an address.</summary>
    public IPAddress AddressFor(IPAddress target) =>
        Addresses.FirstOrDefault(own => MemoryLan.SameLan(own, target))
        ?? SendsFrom ?? Addresses.FirstOrDefault(own => own.AddressFamily == target.AddressFamily) ?? Addresses[0];

    public IUdpSocket Bind(IPEndPoint local)
    {
        if (local.AddressFamily == AddressFamily.InterNetworkV6) return Bind6();
        Binds++;
        if (UnknownBindFault is { } unknown) throw unknown;
        if (BindFault is { } fault) throw new SocketException((int)fault);
        if (socket is not null) throw new SocketException((int)SocketError.AddressAlreadyInUse);
        Port = local.Port;
        return socket = new MemorySocket(this);
    }

    private MemorySocket Bind6()
    {
        if (BindFault6 is { } fault) throw new SocketException((int)fault);
        return socket6 = new MemorySocket(this);
    }

    public void Deliver(IPEndPoint from, byte[] datagram)
    {
        var at = from.AddressFamily == AddressFamily.InterNetworkV6 ? socket6 : socket;
        if (at?.Sink is not { } sink) return;
        if (sink.Receive(datagram, DatagramSource.From(from))) sink.Flush();
        else Lost++;
    }

    public int ReceiveBufferBytes { get; set; } = ReceiveBuffer.WantedBytes;

    /// <summary>What arrives before anybody receives, and is there when somebody does.</summary>
    public List<(IPEndPoint From, byte[] Datagram)> Waiting { get; } = [];

    /// <summary>The socket reports a failure while receiving.</summary>
    public void FailReceiving(SocketError error) => socket!.Sink!.Failed(new SocketException((int)error));

    /// <summary>The system drops datagrams, as it does when the receive buffer is full.</summary>
    public void Drop(int datagrams) => socket!.KernelDrops += datagrams;

    /// <summary>The sink of the socket that is bound now.</summary>
    public IDatagramSink Sink => socket!.Sink!;

    private sealed class MemorySocket(MemoryTransport owner) : IUdpSocket
    {
        public IDatagramSink? Sink { get; private set; }

        public int ReceiveBufferBytes => owner.ReceiveBufferBytes;

        public long KernelDrops { get; set; }

        public void StartReceiving(IDatagramSink sink)
        {
            Sink = sink;
            foreach (var (from, datagram) in owner.Waiting) owner.Deliver(from, datagram);
            owner.Waiting.Clear();
        }

        public void Send(ReadOnlySpan<byte> datagram, Destination destination)
        {
            if (owner.SendFault is { } fault && (owner.SendFaultAt ?? destination.EndPoint.Address)
                .Equals(destination.EndPoint.Address))
                throw new SocketException((int)fault);
            // As Linux does.
            if (destination.EndPoint.Port == 0) throw new SocketException((int)SocketError.InvalidArgument);
            owner.SendTo(destination, datagram);
        }

        public void SetMembership(IPAddress group, int interfaceIndex, bool member)
        {
            if (member && owner.MembershipFault is { } fault) throw new SocketException((int)fault);
            if (member) owner.Memberships.Add(interfaceIndex);
            else owner.Memberships.Remove(interfaceIndex);
        }

        public void Dispose()
        {
            if (owner.socket6 == this) owner.socket6 = null;
            if (owner.socket != this) return;
            owner.socket = null;
            owner.Memberships.Clear();
        }
    }

    private void SendTo(Destination destination, ReadOnlySpan<byte> datagram) => lan.Send(this, destination, datagram);
}
