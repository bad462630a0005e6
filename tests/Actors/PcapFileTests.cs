using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Actors;

/// <summary>Recordings: what is written is read again, and what is no recording does no harm.</summary>
public sealed class PcapFileTests
{
    private const int FirstRecord = PcapFile.HeaderBytes;
    private const int RecordHeader = 16;

    private static readonly DateTimeOffset Time = new(2026, 11, 21, 9, 12, 35, TimeSpan.Zero);
    private static readonly IPEndPoint Everywhere = new(IPAddress.Any, 513);
    private static readonly IPEndPoint EverywhereLong = new(IPAddress.IPv6Any, 513);
    private static readonly IPEndPoint Source = new(IPAddress.Parse("10.9.0.2"), 1023);
    private static readonly IPEndPoint LongSource = new(IPAddress.Parse("2001:db8::2"), 10513);

    [Fact]
    public void A_record_is_these_bytes() => Assert.Equal(
        "D4C3B2A1 02000400 00000000 00000000 13000100 65000000 "
        + "8360016B 40E20100 1F000000 1F000000 "
        + "4500001F 00004000 401130C4 0A090002 00000000 03FF0201 000B0000 616263",
        Hex(File(Written(Source, Everywhere, "abc"u8.ToArray(), Time.AddTicks(1234569)))));

    [Fact]
    public void A_record_of_IPv6_is_these_bytes() => Assert.Equal(
        "8360016B 00000000 33000000 33000000 "
        + "60000000 000B1140 20010DB8 00000000 00000000 00000002 00000000 00000000 00000000 00000000 "
        + "29110201 000BE2A8 616263",
        Hex(Written(LongSource, EverywhereLong, "abc"u8.ToArray(), Time)));

    [Fact]
    public void Random_datagrams_are_read_as_they_were_written()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 300; round++)
        {
            var written = Enumerable.Range(0, random.Next(20)).Select(_ => Any(random)).ToList();
            var (file, read) = Read(File([.. written.Select(Written)]));
            Assert.Equal(written.Select(Show), read.Select(Show));
            Assert.Equal((false, 0), (file.IsCutShort, file.SkippedCount));
        }
    }

    [Fact]
    public void Checksums_are_right_whatever_is_in_the_datagram()
    {
        var random = new Random(513);
        for (var round = 0; round < 2000; round++)
        {
            var datagram = Any(random);
            var packet = Written(datagram).AsSpan(RecordHeader);
            if (datagram.Destination.AddressFamily == AddressFamily.InterNetwork)
            {
                Assert.Equal(ushort.MaxValue, Sum(packet[..20]));
                Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(packet[26..]));
                continue;
            }

            byte[] pseudo = [.. packet[8..40], 0, 0, packet[4], packet[5], 0, 0, 0, 17, .. packet[40..]];
            Assert.Equal(ushort.MaxValue, Sum(pseudo));
            Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(packet[46..]));
        }
    }

    [Fact]
    public void A_checksum_that_would_be_0_over_IPv6_is_written_as_all_ones()
    {
        for (var value = 0; value <= ushort.MaxValue; value++)
        {
            var record = Written(LongSource, EverywhereLong, [(byte)(value >> 8), (byte)value], Time);
            if (BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(RecordHeader + 46)) == ushort.MaxValue) return;
        }

        Assert.Fail("no datagram of two bytes has this checksum");
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void The_longest_datagram_has_room_and_no_longer_one(AddressFamily family)
    {
        var (from, to) = family == AddressFamily.InterNetwork ? (Source, Everywhere) : (LongSource, EverywhereLong);
        var longest = new byte[PcapFile.MaxDatagramBytes];
        Assert.Equal(longest, Assert.Single(Read(File(Written(from, to, longest, Time))).Read).Payload);
        Assert.Throws<ArgumentOutOfRangeException>(() => Written(from, to, [.. longest, 0], Time));
    }

    [Fact]
    public void A_file_cut_anywhere_is_read_up_to_its_last_whole_record()
    {
        var file = File(
            Written(Source, Everywhere, "abc"u8.ToArray(), Time), Written(Source, Everywhere, [], Time),
            Written(LongSource, EverywhereLong, "defg"u8.ToArray(), Time));
        int[] ends = [FirstRecord, FirstRecord + 47, FirstRecord + 47 + 44, file.Length];
        for (var length = FirstRecord; length <= file.Length; length++)
        {
            var (read, datagrams) = Read(file[..length]);
            Assert.Equal(ends.Count(end => end <= length) - 1, datagrams.Count);
            Assert.Equal(!ends.Contains(length), read.IsCutShort);
            var whole = PcapFile.WholeRecords(file.AsSpan()[FirstRecord..length]);
            Assert.Equal(ends.Last(end => end <= length), FirstRecord + whole);
        }
    }

    [Theory]
    [InlineData("nothing", "", "is too short for a pcap file")]
    [InlineData("half a header", "D4C3B2A1020004000000", "is too short for a pcap file")]
    [InlineData("text", "7B0A2020226E616D65223A20226265746122207D0A202020", "is no pcap file")]
    [InlineData("pcapng", "0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF", "is no pcap file")]
    [InlineData("big-endian", "A1B2C3D40002000400000000000000000001001300000065", "is no pcap file")]
    [InlineData("version 3", "D4C3B2A10300040000000000000000001300010065000000", "is of a version")]
    [InlineData("Ethernet", "D4C3B2A10200040000000000000000001300010001000000", "has link type 1, not 101 (RAW)")]
    public void A_foreign_file_is_refused_in_words(string what, string bytes, string problem)
    {
        using var stream = new MemoryStream(Convert.FromHexString(bytes));
        Assert.False(PcapFile.TryOpen(stream, out _, out var told), what);
        Assert.StartsWith(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Tcpdump_s_files_are_read_too_but_are_not_taken_for_ours()
    {
        var file = File(Written(Source, Everywhere, "abc"u8.ToArray(), Time.AddTicks(10)));
        Assert.True(PcapFile.IsOwnHeader(file));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 262_144);
        Assert.False(PcapFile.IsOwnHeader(file));
        Assert.Equal(Time.AddTicks(10), Assert.Single(Read(file).Read).Time);
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0xA1B23C4D);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(FirstRecord + 4), 999_999_999);
        Assert.Equal(Time.AddTicks(9_999_999), Assert.Single(Read(file).Read).Time);
        Assert.False(PcapFile.IsOwnHeader(file.AsSpan(0, 23)));
    }

    [Theory]
    [InlineData("TCP", 9, 6)]
    [InlineData("a first fragment", 6, 0x20)]
    [InlineData("a later fragment", 7, 1)]
    [InlineData("no version of IP", 0, 0x50)]
    [InlineData("version 6 in too few bytes", 0, 0x65)]
    [InlineData("a header of four words", 0, 0x44)]
    [InlineData("a header longer than the packet", 0, 0x4F)]
    [InlineData("longer than the packet", 3, 32)]
    [InlineData("shorter than its header", 3, 19)]
    [InlineData("a UDP length beyond the packet", 25, 12)]
    [InlineData("a UDP length without a header", 25, 7)]
    [InlineData("cut by who captured it", -4, 32)]
    public void A_packet_that_is_no_whole_datagram_is_passed_over_and_counted(string what, int offset, byte value)
    {
        var odd = Written(Source, Everywhere, "abc"u8.ToArray(), Time);
        odd[RecordHeader + offset] = value;
        var (file, read) = Read(File(odd, Written(Source, Everywhere, "good"u8.ToArray(), Time)));
        Assert.Equal((what, 1, 1, false), (what, file.SkippedCount, read.Count, file.IsCutShort));
    }

    [Fact]
    public void Options_before_and_padding_behind_a_datagram_do_not_belong_to_it()
    {
        var plain = Written(Source, Everywhere, "abc"u8.ToArray(), Time);
        const int Udp = RecordHeader + 20;
        byte[] packet = [.. plain[RecordHeader..Udp], 1, 1, 1, 1, .. plain[Udp..], 9, 9];
        packet[0] = 0x46;
        packet[3] += 4;
        byte[] record = [.. plain[..RecordHeader], .. packet];
        record[8] = record[12] = (byte)packet.Length;
        Assert.Equal("abc"u8.ToArray(), Assert.Single(Read(File(record)).Read).Payload);
    }

    [Fact]
    public void Random_bytes_are_read_to_some_end()
    {
        var random = new Random(20261122);
        var sane = File([.. Enumerable.Range(0, 20).Select(_ => Written(Any(random)))]);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = (byte[])sane.Clone();
            if (round % 2 == 0) random.NextBytes(bytes.AsSpan(FirstRecord));
            for (var hit = random.Next(40); hit > 0; hit--)
                bytes[random.Next(FirstRecord, bytes.Length)] = (byte)random.Next(256);
            _ = Read(bytes);
            Assert.InRange(PcapFile.WholeRecords(bytes.AsSpan(FirstRecord)), 0, bytes.Length - FirstRecord);
        }
    }

    private static RecordedDatagram Any(Random random)
    {
        var payload = new byte[random.Next(1501)];
        random.NextBytes(payload);
        var isLong = random.Next(2) == 0;
        var address = new byte[isLong ? 16 : 4];
        random.NextBytes(address);
        var time = DateTimeOffset.UnixEpoch.AddMicroseconds(random.NextInt64(uint.MaxValue * 1_000_000L));
        var to = random.Next(3) == 0 ? new IPAddress(address) : isLong ? IPAddress.IPv6Any : IPAddress.Any;
        random.NextBytes(address);
        return new RecordedDatagram(
            time, new IPEndPoint(new IPAddress(address), random.Next(65536)), new IPEndPoint(to, random.Next(65536)),
            payload);
    }

    private static byte[] Written(RecordedDatagram datagram) =>
        Written(datagram.Source, datagram.Destination, datagram.Payload, datagram.Time);

    private static byte[] Written(IPEndPoint from, IPEndPoint to, byte[] payload, DateTimeOffset time)
    {
        // Longer than needed, and not clean: nothing else may be written, and nothing left out.
        var room = new byte[PcapFile.RecordBytes(to.AddressFamily, payload.Length) + 8];
        Array.Fill(room, (byte)0xEE);
        var length = PcapFile.WriteRecord(room, time, DatagramSource.From(from), to, payload);
        Assert.Equal((room.Length - 8, "EEEEEEEE EEEEEEEE"), (length, Hex(room.AsSpan(length))));
        return room[..length];
    }

    private static byte[] File(params byte[][] records)
    {
        var header = new byte[PcapFile.HeaderBytes];
        PcapFile.WriteHeader(header);
        return [.. header, .. records.SelectMany(record => record)];
    }

    private static (PcapFile File, List<RecordedDatagram> Read) Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Assert.True(PcapFile.TryOpen(stream, out var file, out var problem), problem);
        return (file, [.. file.Read()]);
    }

    private static string Show(RecordedDatagram datagram) =>
        $"{datagram.Time:O} {datagram.Source} {datagram.Destination} {Convert.ToHexString(datagram.Payload)}";

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var words = new List<string>();
        for (var i = 0; i < bytes.Length; i += 4)
            words.Add(Convert.ToHexString(bytes.Slice(i, Math.Min(4, bytes.Length - i))));
        return string.Join(' ', words);
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
