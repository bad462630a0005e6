using System.Buffers.Binary;
using System.Net;

namespace Rwho.Actors.Udp;

/// <summary>Where a datagram came from.</summary>
/// <param name="Address">128 bits; an IPv4 address as ::ffff:a.b.c.d.</param>
public readonly record struct DatagramSource(UInt128 Address, ushort Port)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    public static DatagramSource FromIPv4(uint address, ushort port) => new(MappedPrefix | address, port);

    public static DatagramSource From(IPEndPoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endpoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new DatagramSource(
            BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)endpoint.Port);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
