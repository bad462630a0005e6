using Rwho.Protocol;
using Rwho.Tests.Fuzz.Mutation;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>What nodes tell their neighbours: datagrams of type 2.</summary>
internal sealed class NeighbourTarget() : Target("neighbour", NeighbourMessage.MaxBytes + 48)
{
    private static readonly byte[] Status = WhodCodec.ToDatagram(new WhodStatus(
        HostName.FromField("alpha"u8), 1795239150, 1795152694, new LoadAverages(32, 21, 12),
        [WhodEntry.Create("pts/0", "ann", 1795238000, 59)])).Bytes.ToArray();

    public override Layout Layout { get; } = new(
        [.. Layout.Row(2, 1, 1, 4, 4), new Field(4, 8), new Field(12, 8), new Field(20, 32),
        .. Layout.Row(52, 4, 4, 4, 4)],
        68, Layout.Row(0, 8, 8, 4, 4), 24);

    public override IEnumerable<byte[]> Seeds =>
    [
        NeighbourMessage.Record(1, 2500, Status),
        NeighbourMessage.Hello(new Cookies(0x0102030405060708, ulong.MaxValue), wantsBoard: true),
        NeighbourMessage.Cookie(new Cookies(1, 2)),
        NeighbourMessage.Board(1000),
    ];

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var isMessage = input is [1, 2, _, _, ..];
        Unless(NeighbourMessage.Is(input) == isMessage, "version 1 and type 2 are for neighbours");
        if (isMessage && input.Length >= 60)
        {
            Unless(!WhodCodec.TryRead(input, out _, out var reason) && reason == Rejection.Type,
                "old receivers drop what is for neighbours");
        }

        var taken = 0;
        if (NeighbourMessage.TryReadRecord(input, out var hops, out var age, out var datagram))
        {
            taken++;
            Unless(datagram.Length >= 60, "a record has room for a status");
            Unless(NeighbourMessage.Record(hops, age, datagram).AsSpan().SequenceEqual(input), "a record is what came");
        }

        if (NeighbourMessage.TryReadHello(input, out var hello, out var wantsBoard))
        {
            taken++;
            CheckWritten(input, NeighbourMessage.Hello(hello, wantsBoard), "a hello is what came");
        }

        if (NeighbourMessage.TryReadCookie(input, out var cookie))
        {
            taken++;
            CheckWritten(input, NeighbourMessage.Cookie(cookie), "a cookie is what came");
            Unless(NeighbourMessage.CookieBytes <= NeighbourMessage.HelloBytes, "a cookie is no longer than its hello");
        }

        if (NeighbourMessage.TryReadBoard(input, out var records))
        {
            taken++;
            CheckWritten(input, NeighbourMessage.Board((int)records), "a board is what came");
        }

        Unless(taken <= (isMessage ? 1 : 0), "a message is of one kind");
        return new Outcome(taken == 0 ? Depth.Refused : Depth.Taken, taken == 0 ? 0 : input[2]);
    }

    // Its extra byte has a meaning or none; what is longer than the message is for later versions.
    private static void CheckWritten(ReadOnlySpan<byte> input, ReadOnlySpan<byte> written, string rule) => Unless(
        input[..3].SequenceEqual(written[..3]) && input[4..written.Length].SequenceEqual(written[4..]), rule);
}
