using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rwho.Actors.Udp;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Udp;

/// <summary>
/// A socket, of IPv4 or of IPv6, that sends and receives on one port, with a thread of its own that receives.
/// </summary>
internal sealed class UdpSocket : IUdpSocket
{
    // A datagram that is too long is cut in silence: one byte more than the longest that counts is room enough.
    private const int DatagramBytes = NeighbourMessage.MaxBytes + 1;

    /// <summary>As many failures in a row are no weather any more.</summary>
    private const int FailuresInARow = 100;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    /// <summary>
    /// So long datagrams gather in the kernel when the last were taken less than twice as long ago. Of 200,000 a second
    /// that is half of what <see cref="ReceiveBuffer"/> has room for.
    /// </summary>
    private const int GatherMilliseconds = 5;

    private readonly Socket socket;
    private readonly bool isIPv6;
    private readonly bool mayGather; // where the kernel has room for what comes meanwhile
    private Thread? receiver;
    private volatile bool closed;
    private long drops;
    private (int Interface, int Ttl) multicast = (0, -1);

    public UdpSocket(IPEndPoint local)
    {
        socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // The IPv4 socket has the port already.
            if (local.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.EnableBroadcast = true;
            WidenReceiveBuffer(socket, isForced: true);
            isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
            mayGather = socket.ReceiveBufferSize >= ReceiveBuffer.WantedBytes;
            socket.Bind(local);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public int ReceiveBufferBytes => socket.ReceiveBufferSize;

    public long KernelDrops
    {
        get
        {
            const int SocketLevel = 1, MemoryInformation = 55, Words = 9, Drops = 8; // linux/sock_diag.h: SK_MEMINFO_*
            Span<uint> words = stackalloc uint[Words];
            var length = socket.GetRawSocketOption(
                SocketLevel, MemoryInformation, MemoryMarshal.AsBytes(words)) / sizeof(uint);
            // It has 32 bits: in one life of a socket it may turn over.
            if (length > Drops) drops += unchecked(words[Drops] - (uint)drops);
            return drops;
        }
    }

    /// <summary>The receive buffer that a socket would have here; binds nothing.</summary>
    /// <param name="isForced">Whether the daemon has CAP_NET_ADMIN, should this process have it.</param>
    public static int GrantedReceiveBufferBytes(bool isForced)
    {
        using var trial = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        WidenReceiveBuffer(trial, isForced);
        return trial.ReceiveBufferSize;
    }

    public void StartReceiving(IDatagramSink sink)
    {
        receiver = new Thread(() => Receive(sink)) { IsBackground = true, Name = "udp receive" };
        receiver.Start();
    }

    public void Send(ReadOnlySpan<byte> datagram, Destination destination)
    {
        if (destination.MulticastInterface != 0) Aim(destination.MulticastInterface, destination.MulticastTtl);
        try
        {
            socket.SendTo(datagram, SocketFlags.None, destination.EndPoint);
        }
        catch (SocketException failure) when (
            destination.MulticastInterface != 0 && failure.SocketErrorCode == SocketError.SocketError)
        {
            // ENODEV, which .NET has no name for: the interface has been deleted since.
            throw new SocketException((int)SocketError.NetworkDown);
        }
    }

    public void SetMembership(IPAddress group, int interfaceIndex, bool member) => socket.SetSocketOption(
        SocketOptionLevel.IP, member ? SocketOptionName.AddMembership : SocketOptionName.DropMembership,
        new MulticastOption(group, interfaceIndex));

    /// <summary>Closes the socket first, which ends the receive thread's wait, then waits for the thread.</summary>
    public void Dispose()
    {
        closed = true;
        socket.Dispose();
        if (receiver is not null && receiver != Thread.CurrentThread) receiver.Join(CloseTime);
    }

    // Up to the system's limit, and beyond it where that is permitted, as it is with CAP_NET_ADMIN.
    private static void WidenReceiveBuffer(Socket socket, bool isForced)
    {
        const int SocketLevel = 1, ReceiveBufferForce = 33; // SOL_SOCKET, SO_RCVBUFFORCE
        socket.ReceiveBufferSize = ReceiveBuffer.AskedBytes;
        if (!isForced) return;
        Span<byte> wanted = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(wanted, ReceiveBuffer.AskedBytes);
        try
        {
            socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, wanted);
        }
        catch (SocketException)
        {
            // Not permitted: it stays at the limit.
        }
    }

    private void Aim(int interfaceIndex, int ttl)
    {
        if (multicast == (interfaceIndex, ttl)) return;
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
            IPAddress.HostToNetworkOrder(interfaceIndex));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, ttl);
        multicast = (interfaceIndex, ttl);
    }

    private void Receive(IDatagramSink sink)
    {
        Span<byte> buffer = stackalloc byte[DatagramBytes];
        var from = new SocketAddress(socket.AddressFamily);
        var waiting = new WaitingDatagrams(socket, DatagramBytes);
        var failures = 0;
        var flushed = 0L;
        try
        {
            while (!closed)
            {
                try
                {
                    var length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
                    failures = 0;
                    HandOn(sink, buffer[..length], from.Buffer.Span);
                    var isRest = IsRest(flushed);
                    if (!isRest) HandOnAll(sink, waiting);
                    if (!closed) flushed = Flush(sink, isRest);
                }
                catch (SocketException failure) when (
                    SocketWeather.IsWeather(failure.SocketErrorCode) && ++failures < FailuresInARow)
                {
                }
            }
        }
#pragma warning disable CA1031 // told to the socket's owner, who starts again with another
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // Closed by its owner, a socket fails too; nobody needs to know.
            if (!closed) sink.Failed(failure);
        }
    }

    private void HandOn(IDatagramSink sink, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> address)
    {
        while (!sink.Receive(datagram, Source(address)) && !closed) sink.WaitForRoom();
    }

    private void HandOnAll(IDatagramSink sink, WaitingDatagrams waiting)
    {
        int count;
        do
        {
            count = waiting.Take();
            for (var i = 0; i < count; i++) HandOn(sink, waiting.Datagram(i), waiting.Source(i));
        }
        while (count == WaitingDatagrams.Capacity && !closed);
    }

    /// <summary>Whether datagrams come so far apart that one is all there is to take.</summary>
    /// <param name="flushed">When the last were handed on, a timestamp.</param>
    private static bool IsRest(long flushed) =>
        Stopwatch.GetElapsedTime(flushed).TotalMilliseconds > 2 * GatherMilliseconds;

    /// <summary>
    /// Where datagrams come so closely that each would be a batch of its own, some are let gather in the kernel: to be
    /// woken for each costs more than to take it. Answers when it was done.
    /// </summary>
    private long Flush(IDatagramSink sink, bool isRest)
    {
        sink.Flush();
        if (mayGather && !isRest) Libc.Rest(GatherMilliseconds);
        return Stopwatch.GetTimestamp();
    }

    private DatagramSource Source(ReadOnlySpan<byte> address)
    {
        const int PortOffset = 2, AddressOffset = 4; // struct sockaddr_in
        const int LongAddressOffset = 8; // struct sockaddr_in6
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]);
        return isIPv6
            ? new DatagramSource(BinaryPrimitives.ReadUInt128BigEndian(address[LongAddressOffset..]), port)
            : DatagramSource.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[AddressOffset..]), port);
    }
}
