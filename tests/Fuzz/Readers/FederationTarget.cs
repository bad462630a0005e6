using System.Buffers.Binary;
using Rwho.Protocol;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Protocol.FederationMessage;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>What gateways tell each other.</summary>
internal sealed class FederationTarget() : Target("federation", 6000)
{
    private const int HeaderBytes = 12;

    private static readonly HostName Gateway = HostName.FromField("gw1"u8);

    private static readonly ReadOnlyMemory<byte> Status = WhodCodec.ToDatagram(new WhodStatus(
        HostName.FromField("alpha"u8), 9, 4, new LoadAverages(1, 2, 3), [])).Bytes;

    public override Layout Layout { get; } = new([.. Layout.Row(1, 1, 1, 1, 8, 3, 2, 2)], 19, Layout.Row(0, 8, 8, 4, 4),
        24);

    public override IEnumerable<byte[]> Seeds =>
    [
        new Want(Gateway, 5000, [1, ulong.MaxValue]).ToBytes(),
        new Summary(Gateway, 5000, 3, [.. Enumerable.Range(0, Buckets).Select(i => (uint)i)]).ToBytes(),
        new Inventory(Gateway, 5000, Buckets, [new ListedHost(1, 2, 3, 4), new ListedHost(5, 6, 7, 8)]).ToBytes(),
        .. StatusesWriter.Write(Gateway, 5000,
        [
            new FederatedStatus(Gateway, 1, 60_000, Status),
            new FederatedStatus(HostName.FromField("a-gateway-of-thirty-one-bytes-x"u8), 0, 0, Status),
        ], isAnswer: true),
    ];

    /// <summary>The length of the sender's name, and as many items as there is room for.</summary>
    public override void Mend(Input input)
    {
        if (input.Length < HeaderBytes + 2) return;
        var bytes = input.Bytes;
        bytes[0] = 1;
        bytes[3] = (byte)Math.Min(bytes[3] % 32, input.Length - HeaderBytes - 2);
        var body = HeaderBytes + bytes[3];
        var (counts, itemBytes) = bytes[1] switch { 3 => (4, 24), 4 => (2, 8), _ => (0, 0) };
        if (bytes[1] == 2) input.Resize(body + 2 + 4 * Buckets);
        if (counts == 0 || input.Length < body + counts) return;
        var items = (input.Length - body - counts) / itemBytes;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(body + counts - 2)..], (ushort)items);
        input.Resize(body + counts + items * itemBytes);
    }

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (!TryRead(bytes, out var message)) return new Outcome(Depth.Refused, 0);
        Unless(bytes.Length <= FederationMessage.MaxBytes && bytes[0] == 1,
            "a message is of version 1, and not too long");
        Unless(IsName(message.From), "a sender has a name as in datagrams");
        return message is Statuses statuses ? CheckStatuses(statuses) : CheckWritten(message, bytes);
    }

    private static Outcome CheckWritten(FederationMessage message, byte[] bytes)
    {
        var written = message.ToBytes();
        written[2] = bytes[2]; // flags without a meaning
        Unless(written.AsSpan().SequenceEqual(bytes), "what is read and written is what came");
        if (message is Summary summary)
            Unless(summary.First < Buckets && summary.Hashes.Length == Buckets, "a summary has a hash a bucket");
        if (message is Inventory inventory) Unless(inventory.Next <= Buckets, "an inventory goes on at a bucket");
        return new Outcome(Depth.Taken, bytes[1]);
    }

    private static Outcome CheckStatuses(Statuses statuses)
    {
        List<FederatedStatus> again = [];
        foreach (var written in StatusesWriter.Write(
            statuses.From, statuses.SentMilliseconds, statuses.Items, statuses.IsLast))
        {
            Unless(written.Length <= FederationMessage.MaxBytes, "no message is too long");
            Unless(TryRead(written, out var read) && read is Statuses, "what is written can be read");
            again.AddRange(((Statuses)read).Items);
        }

        Unless(again.Count == statuses.Items.Length, "each status is written");
        foreach (var (left, right) in statuses.Items.Zip(again))
        {
            Unless(IsName(left.Gateway), "a gateway has a name as in datagrams");
            Unless(left with { Datagram = default } == right with { Datagram = default }
                && left.Datagram.Span.SequenceEqual(right.Datagram.Span), "what is read and written is what came");
        }

        return new Outcome(Depth.Taken, 16 + Math.Min(again.Count, 7));
    }

    private static bool IsName(HostName name) => HostName.TryParse(name.ToString(), out var same) && same == name;
}
