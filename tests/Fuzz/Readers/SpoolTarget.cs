using System.Buffers.Binary;
using Rwho.Protocol;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>
/// A file of the spool: what the old readers take, and what the daemon takes for its own at its start.
/// </summary>
internal sealed class SpoolTarget() : Target("spool", DatagramTarget.StatusBytes + 48)
{
    private const long Now = 1_795_239_155;
    private const int LastOfName = 43;

    private readonly byte[] written = new byte[DatagramTarget.StatusBytes];
    private readonly byte[] expected = new byte[DatagramTarget.StatusBytes];

    public override Layout Layout => DatagramTarget.DatagramLayout;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var isRead = SpoolFile.TryRead(input, Now, out var status);
        Unless(isRead == input.Length >= DatagramTarget.HeaderBytes, "60 bytes are a status");
        if (!isRead) return new Outcome(Depth.Refused, 0);
        Unless(Math.Abs(status.ReceiveTime - Now) <= 1L << 31, "times are those nearest to now");
        Unless((uint)status.ReceiveTime == BinaryPrimitives.ReadUInt32LittleEndian(input[8..]),
            "a time is what stands there");
        var length = SpoolFile.Write(status, written);
        Unless(length == Math.Min(input.Length, DatagramTarget.StatusBytes), "a file is as long as its datagram");
        input[..length].CopyTo(expected);
        expected[LastOfName] = 0;
        Unless(written.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)),
            "what is read and written is what was");
        var file = SpoolFile.NameOf(status.Datagram.Host);
        Unless(file.StartsWith("whod.", StringComparison.Ordinal) && file.All(at => at is >= ' ' and <= '~'),
            "a file's name is printable");
        var isOwn = SpoolFile.TryReadOwn(file, input, Now, out var own);
        Unless(!SpoolFile.TryReadOwn(file + "x", input, Now, out _), "a status under another host's name is not ours");
        if (!isOwn) return new Outcome(Depth.PastHeader, 1);
        Unless(own.ReceiveTime == status.ReceiveTime
            && own.Datagram.Bytes.Span.SequenceEqual(status.Datagram.Bytes.Span),
            "both readers read the same");
        Unless(input is [1, 1, ..] && !file.Contains('/', StringComparison.Ordinal) && file.Length is > 5 and <= 36,
            "what is ours is a valid status, in a file of the spool");
        return new Outcome(Depth.Taken, DatagramTarget.KindOf(status.Datagram.EntryCount, status.Datagram.Host.Length));
    }
}
