using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Rwho.Tests.Lan;

/// <summary>The Linux calls that .NET has no name for.</summary>
public static partial class Kernel
{
    private const int OpenReadOnlyCloseOnExec = 0x80000;
    private const int OpenReadWriteCloseOnExec = 0x80002;
    private const int NewNet = 0x40000000;
    private const int PacketFamily = 17;
    private const int DatagramSocketCloseOnExec = 2 | 0x80000;
    private const ushort EveryProtocol = 0x0300;
    private const uint TunSetInterface = 0x400454ca;
    private const short TunWithoutHeader = 0x0001 | 0x1000;
    private const short PollIn = 1;
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;
    private const int PacketBufferBytes = 16 * 1024 * 1024;

    /// <summary>Moves the calling thread, for the rest of its life, into the network namespace of a process.</summary>
    public static void EnterNetworkOf(int pid)
    {
        int handle = Check(Open($"/proc/{pid}/ns/net", OpenReadOnlyCloseOnExec), "open the network namespace");
        try
        {
            Check(SetNamespace(handle, NewNet), "enter the network namespace");
        }
        finally
        {
            Close(handle);
        }
    }

    /// <summary>
    /// A socket that sees every packet of the calling thread's namespace, incoming and outgoing. What comes while its
    /// reader is held up waits; by default there is room for some 250 only.
    /// </summary>
    public static int OpenPacketSocket()
    {
        int handle = Check(OpenSocket(PacketFamily, DatagramSocketCloseOnExec, EveryProtocol), "open a packet socket");
        int bytes = PacketBufferBytes;
        Check(SetOption(handle, SocketLevel, ReceiveBufferForce, ref bytes, sizeof(int)), "enlarge its buffer");
        return handle;
    }

    /// <summary>Makes a point-to-point interface in the calling thread's namespace; it lives with its handle.</summary>
    public static int OpenTun(string interfaceName)
    {
        int handle = Check(Open("/dev/net/tun", OpenReadWriteCloseOnExec), "open /dev/net/tun");
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        System.Text.Encoding.ASCII.GetBytes(interfaceName, request[..15]);
        BitConverter.TryWriteBytes(request[16..], TunWithoutHeader);
        Check(Control(handle, TunSetInterface, ref MemoryMarshal.GetReference(request)), "make the interface");
        return handle;
    }

    /// <summary>True when a read will not block; false after <paramref name="milliseconds"/>.</summary>
    public static bool WaitReadable(Span<PollEntry> entries, int milliseconds)
    {
        for (int i = 0; i < entries.Length; i++)
            entries[i] = new PollEntry { Handle = entries[i].Handle, Events = PollIn };
        return Poll(ref MemoryMarshal.GetReference(entries), (nuint)entries.Length, milliseconds) > 0;
    }

    /// <summary>A packet and its link-layer address (struct sockaddr_ll); -1 when there is none.</summary>
    public static int ReceivePacket(int handle, Span<byte> packet, Span<byte> linkAddress)
    {
        int length = linkAddress.Length;
        return (int)ReceiveFrom(handle, ref MemoryMarshal.GetReference(packet), (nuint)packet.Length, 0,
            ref MemoryMarshal.GetReference(linkAddress), ref length);
    }

    public static int Read(int handle, Span<byte> buffer) =>
        (int)ReadHandle(handle, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);

    public static void Write(int handle, Span<byte> buffer) =>
        _ = WriteHandle(handle, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);

    public static void Close(int handle) => _ = CloseHandle(handle);

    public static void Send(Signal signal, int pid) => Check(Kill(pid, (int)signal), $"send {signal} to {pid}");

    /// <summary>The interface's name in the calling thread's namespace, or its number when it is gone.</summary>
    public static string InterfaceName(int index)
    {
        Span<byte> name = stackalloc byte[16];
        name.Clear();
        if (IndexToName((uint)index, ref MemoryMarshal.GetReference(name)) == 0)
            return $"#{index}";
        return System.Text.Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
    }

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot {what}: " +
            Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int handle, int kind);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int handle, int level, int name, ref int value, int size);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int handle, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(
        int handle, ref byte buffer, nuint size, int flags, ref byte address, ref int addressSize);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadHandle(int handle, ref byte buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteHandle(int handle, ref byte buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "if_indextoname")]
    private static partial nint IndexToName(uint index, ref byte name);
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    public int Handle { get; set; }

    public short Events { get; set; }

    public short Result { get; set; }
}

public enum Signal
{
    Hup = 1,
    Interrupt = 2,
    Kill = 9,
    Term = 15,
    Continue = 18,
    Stop = 19,
}
