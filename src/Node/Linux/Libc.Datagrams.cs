using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Datagrams, several in one call.</summary>
internal static unsafe partial class Libc
{
    public const int MSG_DONTWAIT = 0x40;

    /// <returns>How many were received; -1 when none is waiting, or the socket reports an error.</returns>
    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(
        SafeHandle socket, DatagramSlot* slots, uint count, int flags, TimeSpecification* timeout);

    /// <summary>Lets the thread rest.</summary>
    public static void Rest(int milliseconds) => _ = Poll(null, 0, milliseconds);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Part
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a message, and the bytes of it that were received.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DatagramSlot
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>struct msghdr, as both C libraries have it where the byte order is little-endian.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Address;
        public uint AddressLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
