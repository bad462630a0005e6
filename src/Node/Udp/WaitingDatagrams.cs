using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Rwho.Node.Linux;

namespace Rwho.Node.Udp;

/// <summary>Takes the datagrams that wait at a socket, many in one call, and never waits itself.</summary>
/// <param name="socket">Not owned.</param>
/// <param name="bytesEach">Of a longer datagram the rest is cut off.</param>
internal sealed unsafe class WaitingDatagrams(Socket socket, int bytesEach)
{
    /// <summary>So many in one call.</summary>
    public const int Capacity = 32;

    private const int AddressBytes = 28; // struct sockaddr_in6, the longer one

    // The kernel is given pointers into these; the runtime does not move them.
    private readonly byte[] bytes = Pinned<byte>(Capacity * bytesEach);
    private readonly byte[] addresses = Pinned<byte>(Capacity * AddressBytes);
    private readonly Libc.Part[] parts = Pinned<Libc.Part>(Capacity);
    private readonly Libc.DatagramSlot[] slots = Pinned<Libc.DatagramSlot>(Capacity);

    /// <summary>
    /// Takes up to <see cref="Capacity"/>; fewer when no more were waiting. An error that the socket keeps is met by
    /// whoever waits at it next.
    /// </summary>
    public int Take()
    {
        for (var i = 0; i < Capacity; i++)
        {
            parts[i] = new Libc.Part { Bytes = PointerTo(bytes, i * bytesEach), Length = (nuint)bytesEach };
            slots[i].Header = new Libc.MessageHeader
            {
                Address = PointerTo(addresses, i * AddressBytes),
                AddressLength = AddressBytes,
                Parts = (Libc.Part*)Unsafe.AsPointer(ref parts[i]),
                PartCount = 1,
            };
        }

        var first = (Libc.DatagramSlot*)Unsafe.AsPointer(ref slots[0]);
        return Math.Max(0, Libc.ReceiveMany(socket.SafeHandle, first, Capacity, Libc.MSG_DONTWAIT, null));
    }

    public ReadOnlySpan<byte> Datagram(int index) =>
        bytes.AsSpan(index * bytesEach, (int)slots[index].Length);

    /// <summary>Where it came from: a struct sockaddr_in or sockaddr_in6.</summary>
    public ReadOnlySpan<byte> Source(int index) => addresses.AsSpan(index * AddressBytes, AddressBytes);

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static byte* PointerTo(byte[] pinned, int offset) => (byte*)Unsafe.AsPointer(ref pinned[offset]);
}
