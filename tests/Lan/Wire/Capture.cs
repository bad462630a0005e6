using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace Rwho.Tests.Lan;

/// <summary>A UDP datagram over IPv4 as it passed an interface of a host.</summary>
public sealed record Seen(
    TimeSpan At, string Interface, bool Outgoing, IPEndPoint From, IPEndPoint To, int TimeToLive, byte[] Bytes)
{
    private const int NameOffset = 12;
    private const int NameSize = 32;

    /// <summary>The host name of a whod datagram; empty when it is too short to hold one.</summary>
    public string HostName
    {
        get
        {
            if (Bytes.Length < NameOffset + NameSize)
                return "";
            ReadOnlySpan<byte> name = Bytes.AsSpan(NameOffset, NameSize);
            int end = name.IndexOf((byte)0);
            return Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
        }
    }

    public override string ToString() =>
        $"{(Outgoing ? "sent" : "heard")} on {Interface}: {From} > {To}, {Bytes.Length} bytes from '{HostName}'";
}

/// <summary>
/// Everything sent and heard on a host's interfaces, without disturbing its ports: a packet socket and a thread of its
/// own inside the host's network namespace.
/// </summary>
public sealed class Capture : IDisposable
{
    private const int PacketSize = 65536;
    private const int LinkAddressSize = 20;
    private const int LinkIndexOffset = 4;
    private const int LinkProtocolOffset = 2;
    private const int LinkDirectionOffset = 10;
    private const int ProtocolIPv4 = 0x0800;
    private const byte DirectionOutgoing = 4;
    private const byte ProtocolUdp = 17;
    private const int UdpHeaderSize = 8;

    private readonly List<Seen> _seen = [];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopped;

    private Capture(int pid)
    {
        _thread = new Thread(() => Listen(pid)) { IsBackground = true, Name = $"capture in {pid}" };
        _thread.Start();
    }

    /// <summary>What was seen so far, in order; the loopback interface left out.</summary>
    public IReadOnlyList<Seen> All
    {
        get
        {
            lock (_gate)
                return [.. _seen];
        }
    }

    /// <summary>What the host itself sent.</summary>
    public IReadOnlyList<Seen> Sent => [.. All.Where(seen => seen.Outgoing)];

    /// <summary>What reached the host.</summary>
    public IReadOnlyList<Seen> Heard => [.. All.Where(seen => !seen.Outgoing)];

    public static async Task<Capture> Start(int pid)
    {
        var capture = new Capture(pid);
        await capture._open.Task;
        return capture;
    }

    public void Clear()
    {
        lock (_gate)
            _seen.Clear();
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Listen(int pid)
    {
        int handle;
        try
        {
            Kernel.EnterNetworkOf(pid);
            handle = Kernel.OpenPacketSocket();
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception)
        {
            _open.SetException(error);
            return;
        }

        _open.SetResult();
        byte[] packet = new byte[PacketSize];
        byte[] link = new byte[LinkAddressSize];
        Span<PollEntry> entries = [new PollEntry { Handle = handle }];
        while (!_stopped)
        {
            if (!Kernel.WaitReadable(entries, 20))
                continue;
            int length = Kernel.ReceivePacket(handle, packet, link);
            if (length > 0 && TryRead(packet.AsSpan(0, length), link, out Seen? seen))
                lock (_gate)
                    _seen.Add(seen);
        }

        Kernel.Close(handle);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> packet, ReadOnlySpan<byte> link, [NotNullWhen(true)] out Seen? seen)
    {
        seen = null;
        if (BinaryPrimitives.ReadUInt16BigEndian(link[LinkProtocolOffset..]) != ProtocolIPv4 || packet.Length < 20)
            return false;
        int header = (packet[0] & 15) * 4;
        if (packet[9] != ProtocolUdp || packet.Length < header + UdpHeaderSize)
            return false;
        string name = Kernel.InterfaceName(BitConverter.ToInt32(link[LinkIndexOffset..]));
        if (name == "lo")
            return false;
        ReadOnlySpan<byte> udp = packet[header..];
        int size = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        seen = new Seen(
            System.Diagnostics.Stopwatch.GetElapsedTime(0),
            name,
            link[LinkDirectionOffset] == DirectionOutgoing,
            new IPEndPoint(new IPAddress(packet[12..16]), BinaryPrimitives.ReadUInt16BigEndian(udp)),
            new IPEndPoint(new IPAddress(packet[16..20]), BinaryPrimitives.ReadUInt16BigEndian(udp[2..])),
            packet[8],
            udp[UdpHeaderSize..Math.Min(size, udp.Length)].ToArray());
        return true;
    }
}
