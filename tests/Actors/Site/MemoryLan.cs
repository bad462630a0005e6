using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Actors;

/// <summary>A broadcast network in memory; each host on it is a transport.</summary>
internal sealed class MemoryLan
{
    private readonly List<MemoryTransport> hosts = [];

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

    internal void Send(MemoryTransport sender, Destination to, ReadOnlySpan<byte> datagram)
    {
        var copy = datagram.ToArray();
        Sent.Add((sender.Address, to, copy));
        var isForAll = to.EndPoint.Address.GetAddressBytes()[3] == 255 || to.MulticastInterface != 0;
        foreach (var host in hosts)
            if (isForAll || host.Address.Equals(to.EndPoint.Address))
                host.Deliver(new IPEndPoint(sender.Address, sender.Port), copy);
    }
}

/// <summary>A host's sockets on a network in memory, with faults to switch on.</summary>
internal sealed class MemoryTransport(MemoryLan lan, IPAddress address) : IUdpTransport
{
    private MemorySocket? socket;

    public IPAddress Address => address;

    public int Port { get; private set; }

    public int Binds { get; private set; }

    public SocketError? BindFault { get; set; }

    /// <summary>A failure that no socket should report.</summary>
    public Exception? UnknownBindFault { get; set; }

    public SocketError? SendFault { get; set; }

    public SocketError? MembershipFault { get; set; }

    /// <summary>Datagrams that found no room and were lost, as in a full receive buffer.</summary>
    public int Lost { get; private set; }

    public HashSet<int> Memberships { get; } = [];

    public bool IsBound => socket is not null;

    public IUdpSocket Bind(IPEndPoint local)
    {
        Binds++;
        if (UnknownBindFault is { } unknown) throw unknown;
        if (BindFault is { } fault) throw new SocketException((int)fault);
        if (socket is not null) throw new SocketException((int)SocketError.AddressAlreadyInUse);
        Port = local.Port;
        return socket = new MemorySocket(this);
    }

    public void Deliver(IPEndPoint from, byte[] datagram)
    {
        if (socket?.Sink is not { } sink) return;
        if (sink.Receive(datagram, DatagramSource.From(from))) sink.Flush();
        else Lost++;
    }

    /// <summary>The socket reports a failure while receiving.</summary>
    public void FailReceiving(SocketError error) => socket!.Sink!.Failed(new SocketException((int)error));

    /// <summary>The sink of the socket that is bound now.</summary>
    public IDatagramSink Sink => socket!.Sink!;

    private sealed class MemorySocket(MemoryTransport owner) : IUdpSocket
    {
        public IDatagramSink? Sink { get; private set; }

        public int ReceiveBufferBytes => 212992;

        public void StartReceiving(IDatagramSink sink) => Sink = sink;

        public void Send(ReadOnlySpan<byte> datagram, Destination destination)
        {
            if (owner.SendFault is { } fault) throw new SocketException((int)fault);
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
            if (owner.socket == this) owner.socket = null;
            owner.Memberships.Clear();
        }
    }

    private void SendTo(Destination destination, ReadOnlySpan<byte> datagram) => lan.Send(this, destination, datagram);
}
