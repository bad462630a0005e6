using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Rwho.Actors.Udp;

/// <summary>
/// Datagrams in a file that Wireshark, tshark and tcpdump read: pcap's first format, its link type RAW (101), so that
/// each record is an IP packet. Layout, the file's own fields little-endian, those of packets in network byte order:
/// <code>
/// file     0  magic a1b2c3d4 (32 bits)   4  version 2 (16)   6  version 4 (16)   8  zone 0 (32)   12  accuracy 0 (32)
///         16  the longest packet in bytes (32)   20  link type 101 (32)
/// record   0  seconds since 1970 (32)   4  microseconds (32)   8  bytes kept (32)   12  bytes there were (32)
///         16  an IPv4 or IPv6 header, a UDP header, the datagram
/// </code>
/// The source of the format is draft-ietf-opsawg-pcap. The headers are made up around the datagram, since a socket does
/// not tell them: addresses, ports, lengths and the checksum of IPv4 are right; a UDP checksum is 0 over IPv4, which
/// means none, and a computed one over IPv6, where 0 is not allowed (RFC 768, RFC 8200).
/// </summary>
public sealed class PcapFile
{
    public const int HeaderBytes = LinkTypeOffset + Word;

    /// <summary>What an IP packet over IPv4 has room for.</summary>
    public const int MaxDatagramBytes = ushort.MaxValue - IpHeader.IPv4Bytes - IpHeader.UdpBytes;

    /// <summary>The longest packet that is read from files of other programs: libpcap's own limit.</summary>
    private const int MaxPacketBytes = 262_144;

    private const uint Magic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const ushort MajorVersion = 2, MinorVersion = 4;
    private const uint RawLinkType = 101;

    /// <summary>The longest packet that is written; no other program gives just this one, so it marks ours.</summary>
    private const uint SnapBytes = IpHeader.IPv6Bytes + IpHeader.UdpBytes + MaxDatagramBytes;

    private const int Word = 4;
    private const int MagicOffset = 0;
    private const int MajorVersionOffset = MagicOffset + Word;
    private const int MinorVersionOffset = MajorVersionOffset + 2;
    private const int ZoneOffset = MinorVersionOffset + 2;
    private const int AccuracyOffset = ZoneOffset + Word;
    private const int SnapOffset = AccuracyOffset + Word;
    private const int LinkTypeOffset = SnapOffset + Word;

    private const int SecondsOffset = 0;
    private const int FractionOffset = SecondsOffset + Word;
    private const int KeptOffset = FractionOffset + Word;
    private const int WholeOffset = KeptOffset + Word;
    private const int RecordHeaderBytes = WholeOffset + Word;

    // The build fails here when the sums above no longer give the sizes in the file.
    internal const byte SizesAddUp = HeaderBytes == 24 && RecordHeaderBytes == 16 && SnapBytes == 65_555 ? 1 : -1;

    private readonly Stream stream;
    private readonly uint fractionsOfSecond;

    private PcapFile(Stream stream, uint fractionsOfSecond)
    {
        this.stream = stream;
        this.fractionsOfSecond = fractionsOfSecond;
    }

    /// <summary>Whether the file ended within a record, or went on with what is none; known at the end.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Packets passed over so far: no UDP, in fragments, behind extension headers, or cut.</summary>
    public int SkippedCount { get; private set; }

    /// <summary>The 24 bytes that a file begins with.</summary>
    public static void WriteHeader(Span<byte> file)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file[MagicOffset..], Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(file[MajorVersionOffset..], MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(file[MinorVersionOffset..], MinorVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(file[ZoneOffset..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file[AccuracyOffset..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file[SnapOffset..], SnapBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(file[LinkTypeOffset..], RawLinkType);
    }

    /// <summary>Whether a file that begins so was written here: other programs' headers are not quite this.</summary>
    public static bool IsOwnHeader(ReadOnlySpan<byte> file)
    {
        Span<byte> own = stackalloc byte[HeaderBytes];
        WriteHeader(own);
        return file.StartsWith(own);
    }

    /// <summary>What a record takes in the file.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6, as the destination's.</param>
    /// <param name="datagramBytes">0 to 65507.</param>
    public static int RecordBytes(AddressFamily family, int datagramBytes) =>
        RecordHeaderBytes + IpHeader.Bytes(family) + IpHeader.UdpBytes + datagramBytes;

    /// <summary>Writes a record; returns how many bytes it took.</summary>
    /// <param name="record">Has room for <see cref="RecordBytes"/>.</param>
    /// <param name="source">An IPv4 address where the destination is one.</param>
    /// <param name="datagram">At most 65507 bytes.</param>
    public static int WriteRecord(
        Span<byte> record, DateTimeOffset time, DatagramSource source, IPEndPoint destination,
        ReadOnlySpan<byte> datagram)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(datagram.Length, MaxDatagramBytes);
        var length = RecordBytes(destination.AddressFamily, datagram.Length);
        var packet = record[RecordHeaderBytes..length];
        var microseconds = time.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(record[SecondsOffset..], (uint)time.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32LittleEndian(record[FractionOffset..], (uint)microseconds);
        BinaryPrimitives.WriteInt32LittleEndian(record[KeptOffset..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[WholeOffset..], packet.Length);
        IpHeader.Write(packet, source, destination, datagram);
        return length;
    }

    /// <summary>How many of these bytes are whole records, when the first one begins with the first byte.</summary>
    public static int WholeRecords(ReadOnlySpan<byte> records)
    {
        var whole = 0;
        while (records.Length - whole >= RecordHeaderBytes)
        {
            var kept = BinaryPrimitives.ReadUInt32LittleEndian(records[(whole + KeptOffset)..]);
            if (kept > records.Length - whole - RecordHeaderBytes) break;
            whole += RecordHeaderBytes + (int)kept;
        }

        return whole;
    }

    /// <summary>
    /// Begins to read a file: little-endian, of link type 101, with microseconds or nanoseconds, whoever wrote it.
    /// </summary>
    /// <param name="stream">Read as the datagrams are asked for; the caller closes it.</param>
    /// <param name="problem">What it is not, in words to follow the file's name.</param>
    public static bool TryOpen(Stream stream, [NotNullWhen(true)] out PcapFile? file, out string problem)
    {
        file = null;
        Span<byte> header = stackalloc byte[HeaderBytes];
        var length = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header[MagicOffset..]);
        var linkType = BinaryPrimitives.ReadUInt32LittleEndian(header[LinkTypeOffset..]);
        problem = length < HeaderBytes ? "is too short for a pcap file"
            : magic is not (Magic or NanosecondMagic) ? "is no pcap file (little-endian, not pcapng)"
            : BinaryPrimitives.ReadUInt16LittleEndian(header[MajorVersionOffset..]) != MajorVersion
                ? "is of a version of pcap that is not known"
            : linkType != RawLinkType ? $"has link type {linkType}, not {RawLinkType} (RAW)"
            : "";
        if (problem.Length > 0) return false;
        file = new PcapFile(stream, magic == NanosecondMagic ? 1_000_000_000u : 1_000_000u);
        return true;
    }

    /// <summary>
    /// The UDP datagrams from here to the end, or to where the file is cut. Checksums are not looked at: captures often
    /// hold what the sender's hardware had still to fill in.
    /// </summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public IEnumerable<RecordedDatagram> Read()
    {
        var header = new byte[RecordHeaderBytes];
        while (true)
        {
            var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            IsCutShort = length is > 0 and < RecordHeaderBytes;
            if (length < RecordHeaderBytes) yield break;
            if (!TryReadRecordHeader(header, out var time, out var kept, out var isWhole))
            {
                IsCutShort = true;
                yield break;
            }

            var packet = new byte[kept];
            IsCutShort = stream.ReadAtLeast(packet, kept, throwOnEndOfStream: false) < kept;
            if (IsCutShort) yield break;
            if (isWhole && IpHeader.TryRead(packet, out var source, out var destination, out var datagram))
                yield return new RecordedDatagram(time, source, destination, datagram.ToArray());
            else SkippedCount++;
        }
    }

    private bool TryReadRecordHeader(
        ReadOnlySpan<byte> record, out DateTimeOffset time, out int kept, out bool isWhole)
    {
        var seconds = BinaryPrimitives.ReadUInt32LittleEndian(record[SecondsOffset..]);
        var fraction = BinaryPrimitives.ReadUInt32LittleEndian(record[FractionOffset..]);
        var keptBytes = BinaryPrimitives.ReadUInt32LittleEndian(record[KeptOffset..]);
        var ticks = fraction * TimeSpan.TicksPerSecond / fractionsOfSecond;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(ticks);
        kept = (int)Math.Min(keptBytes, MaxPacketBytes);
        isWhole = keptBytes == BinaryPrimitives.ReadUInt32LittleEndian(record[WholeOffset..]);
        return keptBytes <= MaxPacketBytes && fraction < fractionsOfSecond;
    }
}
