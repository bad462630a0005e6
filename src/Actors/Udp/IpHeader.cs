using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Rwho.Actors.Udp;

/// <summary>
/// The headers that a recorded datagram stands behind, in network byte order: IPv4 (RFC 791) or IPv6 (RFC 8200), then
/// UDP (RFC 768). No options and no extension headers are written.
/// </summary>
internal static class IpHeader
{
    public const int IPv4Bytes = DestinationOffset + Word;
    public const int IPv6Bytes = LongDestinationOffset + LongAddressBytes;
    public const int UdpBytes = UdpChecksumOffset + 2;

    private const int Word = 4;
    private const int LongAddressBytes = 16;
    private const byte UdpProtocol = 17;
    private const byte HopLimit = 64;

    // IPv4
    private const int VersionOffset = 0;
    private const int TotalLengthOffset = VersionOffset + 2;
    private const int IdentificationOffset = TotalLengthOffset + 2;
    private const int FragmentOffset = IdentificationOffset + 2;
    private const int TimeToLiveOffset = FragmentOffset + 2;
    private const int ProtocolOffset = TimeToLiveOffset + 1;
    private const int ChecksumOffset = ProtocolOffset + 1;
    private const int SourceOffset = ChecksumOffset + 2;
    private const int DestinationOffset = SourceOffset + Word;
    private const byte VersionAndLength = 0x45; // version 4, five words
    private const ushort DontFragment = 0x4000;
    private const ushort MoreFragmentsAndOffset = 0x3FFF;

    // IPv6
    private const int PayloadLengthOffset = VersionOffset + Word;
    private const int NextHeaderOffset = PayloadLengthOffset + 2;
    private const int HopLimitOffset = NextHeaderOffset + 1;
    private const int LongSourceOffset = HopLimitOffset + 1;
    private const int LongDestinationOffset = LongSourceOffset + LongAddressBytes;
    private const uint LongVersion = 0x60000000; // version 6, no class, no flow

    // UDP
    private const int SourcePortOffset = 0;
    private const int DestinationPortOffset = SourcePortOffset + 2;
    private const int UdpLengthOffset = DestinationPortOffset + 2;
    private const int UdpChecksumOffset = UdpLengthOffset + 2;

    // The build fails here when the sums above no longer give the sizes in a packet.
    internal const byte SizesAddUp = IPv4Bytes == 20 && IPv6Bytes == 40 && UdpBytes == 8 ? 1 : -1;

    public static int Bytes(AddressFamily family) =>
        family == AddressFamily.InterNetworkV6 ? IPv6Bytes : IPv4Bytes;

    /// <summary>Writes the headers and the datagram behind them.</summary>
    /// <param name="packet">Just as long as they are together; whatever it holds is overwritten.</param>
    /// <param name="destination">Its family is the packet's.</param>
    public static void Write(
        Span<byte> packet, DatagramSource source, IPEndPoint destination, ReadOnlySpan<byte> datagram)
    {
        var isLong = destination.AddressFamily == AddressFamily.InterNetworkV6;
        var udp = packet[Bytes(destination.AddressFamily)..];
        BinaryPrimitives.WriteUInt16BigEndian(udp[SourcePortOffset..], source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[DestinationPortOffset..], (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpLengthOffset..], (ushort)udp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpChecksumOffset..], 0);
        datagram.CopyTo(udp[UdpBytes..]);
        if (isLong) WriteLong(packet, source, destination.Address);
        else WriteShort(packet, source, destination.Address);
    }

    /// <summary>Reads a packet that holds one whole UDP datagram; what is behind it is passed over.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> packet, [NotNullWhen(true)] out IPEndPoint? source,
        [NotNullWhen(true)] out IPEndPoint? destination, out ReadOnlySpan<byte> datagram)
    {
        (source, destination) = (null, null);
        datagram = default;
        if (!TryReadAddresses(packet, out var from, out var to, out var udp) || udp.Length < UdpBytes) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(udp[UdpLengthOffset..]);
        if (length < UdpBytes || length > udp.Length) return false;
        source = new IPEndPoint(new IPAddress(from), BinaryPrimitives.ReadUInt16BigEndian(udp[SourcePortOffset..]));
        destination = new IPEndPoint(
            new IPAddress(to), BinaryPrimitives.ReadUInt16BigEndian(udp[DestinationPortOffset..]));
        datagram = udp[UdpBytes..length];
        return true;
    }

    private static void WriteShort(Span<byte> packet, DatagramSource source, IPAddress destination)
    {
        packet[VersionOffset] = VersionAndLength;
        packet[VersionOffset + 1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[TotalLengthOffset..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[IdentificationOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet[FragmentOffset..], DontFragment);
        packet[TimeToLiveOffset] = HopLimit;
        packet[ProtocolOffset] = UdpProtocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[SourceOffset..], (uint)source.Address);
        destination.TryWriteBytes(packet[DestinationOffset..IPv4Bytes], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], Complement(Sum(packet[..IPv4Bytes], 0)));
    }

    private static void WriteLong(Span<byte> packet, DatagramSource source, IPAddress destination)
    {
        var udp = packet[IPv6Bytes..];
        BinaryPrimitives.WriteUInt32BigEndian(packet[VersionOffset..], LongVersion);
        BinaryPrimitives.WriteUInt16BigEndian(packet[PayloadLengthOffset..], (ushort)udp.Length);
        packet[NextHeaderOffset] = UdpProtocol;
        packet[HopLimitOffset] = HopLimit;
        BinaryPrimitives.WriteUInt128BigEndian(packet[LongSourceOffset..], source.Address);
        destination.TryWriteBytes(packet[LongDestinationOffset..IPv6Bytes], out _);
        // Over the addresses, the length and the protocol too; 0 would mean that there is none.
        var sum = Sum(packet[LongSourceOffset..IPv6Bytes], (uint)udp.Length + UdpProtocol);
        var checksum = Complement(Sum(udp, sum));
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static bool TryReadAddresses(
        ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> from, out ReadOnlySpan<byte> to, out ReadOnlySpan<byte> udp)
    {
        from = to = udp = default;
        switch (packet.IsEmpty ? 0 : packet[VersionOffset] >> 4)
        {
            case 4 when packet.Length >= IPv4Bytes:
                var header = (packet[VersionOffset] & 0xF) * Word;
                var total = BinaryPrimitives.ReadUInt16BigEndian(packet[TotalLengthOffset..]);
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[FragmentOffset..]);
                if (header < IPv4Bytes || total < header || total > packet.Length) return false;
                if (packet[ProtocolOffset] != UdpProtocol || (fragment & MoreFragmentsAndOffset) != 0) return false;
                from = packet[SourceOffset..DestinationOffset];
                to = packet[DestinationOffset..IPv4Bytes];
                udp = packet[header..total];
                return true;
            case 6 when packet.Length >= IPv6Bytes:
                var payload = BinaryPrimitives.ReadUInt16BigEndian(packet[PayloadLengthOffset..]);
                if (packet[NextHeaderOffset] != UdpProtocol || payload > packet.Length - IPv6Bytes) return false;
                from = packet[LongSourceOffset..LongDestinationOffset];
                to = packet[LongDestinationOffset..IPv6Bytes];
                udp = packet.Slice(IPv6Bytes, payload);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The sum of 16-bit words that checksums are made of (RFC 1071); an odd byte counts as high.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static ushort Complement(uint sum)
    {
        while (sum > ushort.MaxValue) sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
