using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>A process's UDP socket, with a receive buffer that can be full.</summary>
internal sealed class VirtualSocket(VirtualHost host, ushort local) : IUdpSocket
{
    // What the kernel counts for a short datagram beside its bytes.
    private const int OverheadBytes = 768;

    private readonly Queue<(byte[] Bytes, uint From, ushort Port)> waiting = new();
    private int waitingBytes;
    private IDatagramSink? sink;

    public int ReceiveBufferBytes { get; set; } = 212_992;

    public long KernelDrops { get; private set; }

    public bool IsClosed { get; private set; }

    public int Waiting => waiting.Count;

    public void StartReceiving(IDatagramSink receiver)
    {
        sink = receiver;
        Read();
    }

    public void Send(ReadOnlySpan<byte> datagram, Destination destination)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (host.SendFault is { } fault) throw new SocketException((int)fault);
        host.Send(datagram, destination, local);
    }

    public void SetMembership(IPAddress group, int interfaceIndex, bool member)
    {
        // Multicast is not simulated.
    }

    public void Arrive(byte[] datagram, uint from, ushort port)
    {
        if (IsClosed) return;
        if (waiting.Count == 0 && !host.Clock.IsSuspended && Take(datagram, from, port)) return;
        if (waitingBytes + datagram.Length + OverheadBytes > ReceiveBufferBytes)
        {
            KernelDrops++;
            host.Notes.Drops();
            return;
        }

        waiting.Enqueue((datagram, from, port));
        waitingBytes += datagram.Length + OverheadBytes;
        host.Notes.Waiting(waiting.Count);
        host.HasToRead(this);
    }

    /// <summary>The process reads what waits, as far as it has room.</summary>
    public void Read()
    {
        if (host.Clock.IsSuspended) return;
        while (waiting.TryPeek(out var next) && Take(next.Bytes, next.From, next.Port))
        {
            waiting.Dequeue();
            waitingBytes -= next.Bytes.Length + OverheadBytes;
        }
    }

    public void Dispose()
    {
        IsClosed = true;
        sink = null;
        waiting.Clear();
        host.Closed(this);
    }

    private bool Take(byte[] datagram, uint from, ushort port)
    {
        if (sink is null || !sink.Receive(datagram, DatagramSource.FromIPv4(from, port))) return false;
        sink?.Flush();
        return true;
    }
}
