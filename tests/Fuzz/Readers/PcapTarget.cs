using System.Buffers.Binary;
using System.Net;
using Rwho.Actors.Udp;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>Recordings: what is replayed into simulated nodes, and what the daemon takes for its own.</summary>
internal sealed class PcapTarget() : Target("pcap", 1024)
{
    private const int RecordHeaderBytes = 16;

    public override Layout Layout { get; } = new(
        [.. Layout.Row(0, 4, 2, 2, 4, 4, 4, 4), .. Layout.Row(24, 4, 4, 4, 4),
        .. Layout.Row(40, 1, 1, 2, 2, 2, 1, 1, 2, 4, 4),
            .. Layout.Row(60, 2, 2, 2, 2)],
        24, Layout.Row(0, 4, 4, 4, 4), RecordHeaderBytes);

    public override IReadOnlyList<byte[]> Words { get; } = [[0x4D, 0x3C, 0xB2, 0xA1], [0xD4, 0xC3, 0xB2, 0xA1]];

    public override IEnumerable<byte[]> Seeds => [Sample("192.0.2.1", "0.0.0.0", 60), Sample("2001:db8::1", "::", 0)];

    /// <summary>
    /// A record's length is believed up to libpcap's own limit, before the file turns out to be shorter.
    /// </summary>
    public override long AllocationMax(int bytes) => base.AllocationMax(bytes) + 262_144;

    /// <summary>The lengths of the first record and of the packet in it: all that there is.</summary>
    public override void Mend(Input input)
    {
        var packet = input.Length - PcapFile.HeaderBytes - RecordHeaderBytes;
        if (packet < 28) return;
        var record = input.Bytes[PcapFile.HeaderBytes..];
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet);
        var ip = record[RecordHeaderBytes..];
        var isLong = ip[0] >> 4 == 6;
        var header = isLong ? 40 : Math.Max(20, 4 * (ip[0] & 0xF));
        if (packet < header + 8) return;
        BinaryPrimitives.WriteUInt16BigEndian(ip[(isLong ? 4 : 2)..], (ushort)(isLong ? packet - header : packet));
        BinaryPrimitives.WriteUInt16BigEndian(ip[(header + 4)..], (ushort)(packet - header));
    }

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        if (input.Length >= PcapFile.HeaderBytes)
        {
            _ = PcapFile.IsOwnHeader(input);
            var whole = PcapFile.WholeRecords(input[PcapFile.HeaderBytes..]);
            Unless(whole >= 0 && whole <= input.Length - PcapFile.HeaderBytes, "whole records end within the file");
        }

        using var stream = new MemoryStream(input.ToArray());
        if (!PcapFile.TryOpen(stream, out var file, out var problem))
        {
            Unless(problem.All(at => at is >= ' ' and <= '~'), "what is wrong is told in printable words");
            return new Outcome(Depth.Refused, problem.Length);
        }

        var (count, payload) = (0, 0);
        foreach (var datagram in file.Read())
        {
            count++;
            payload += datagram.Payload.Length;
            Unless(datagram.Time >= DateTimeOffset.UnixEpoch, "nothing was received before 1970");
            CheckAgain(datagram);
        }

        Unless(PcapFile.HeaderBytes + RecordHeaderBytes * (count + file.SkippedCount) + payload <= input.Length,
            "there is no more in a file than its bytes");
        return new Outcome(Depth.Taken,
            64 + Math.Min(count, 7) + 8 * Math.Min(file.SkippedCount, 7) + (file.IsCutShort ? 64 : 0));
    }

    private static void CheckAgain(RecordedDatagram datagram)
    {
        var again = Read(Write(datagram));
        Unless(again.Source.Equals(datagram.Source) && again.Destination.Equals(datagram.Destination)
            && again.Time.ToUnixTimeMilliseconds() == datagram.Time.ToUnixTimeMilliseconds()
            && again.Payload.AsSpan().SequenceEqual(datagram.Payload), "what is read and written is what was");
    }

    private static RecordedDatagram Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Unless(PcapFile.TryOpen(stream, out var file, out _), "what is written can be read");
        var all = file.Read().ToList();
        Unless(all is [_] && !file.IsCutShort && file.SkippedCount == 0, "a datagram is written as one");
        return all[0];
    }

    private static byte[] Write(RecordedDatagram datagram)
    {
        var family = datagram.Destination.AddressFamily;
        var bytes = new byte[PcapFile.HeaderBytes + PcapFile.RecordBytes(family, datagram.Payload.Length)];
        PcapFile.WriteHeader(bytes);
        PcapFile.WriteRecord(
            bytes.AsSpan(PcapFile.HeaderBytes), datagram.Time, DatagramSource.From(datagram.Source),
                datagram.Destination,
            datagram.Payload);
        return bytes;
    }

    private static byte[] Sample(string source, string destination, int bytes) => Write(new RecordedDatagram(
        DateTimeOffset.FromUnixTimeSeconds(1_795_239_150), new IPEndPoint(IPAddress.Parse(source), 513),
        new IPEndPoint(IPAddress.Parse(destination), 513), new byte[bytes]));
}
