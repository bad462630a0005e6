using System.Buffers.Binary;
using System.Text;
using Rwho.Protocol;
using static Rwho.Protocol.FederationMessage;
using static Rwho.Tests.Protocol.FederationSamples;

namespace Rwho.Tests.Protocol;

/// <summary>What comes from a gateway and is no message: refused whole, and nothing is thrown.</summary>
public sealed class FederationRefusalTests
{
    private const int KindAt = 1;
    private const int NameLengthAt = 3;
    private const int NameAt = 12;
    private const int BodyAt = NameAt + 3;

    private const int MostWanted = (MaxBytes - BodyAt - 2) / 8;

    // Statuses: two gateways, gw1 and one of 31 bytes, then the count.
    private const int FirstStatusAt = BodyAt + 1 + 4 + 32 + 2;

    private static readonly Dictionary<string, Func<byte[]>> Hostile = new()
    {
        ["nothing"] = () => [],
        ["version 0"] = () => With(Want(), 0, 0),
        ["version 2"] = () => With(Want(), 0, 2),
        ["kind 0"] = () => With(Want(), KindAt, 0),
        ["kind 5"] = () => With(Want(), KindAt, 5),
        ["kind 255"] = () => With(Want(), KindAt, 255),
        ["a sender without a name"] = () => Header(0, ""),
        ["a sender's name of 32 bytes"] = () => Header(32, new string('x', 32)),
        ["a sender's name longer than the message"] = () => With(Want(), NameLengthAt, 31)[..20],
        ["a sender's name with a NUL"] = () => With(Want(), NameAt + 1, 0),
        ["a sender's name with a slash"] = () => With(Want(), NameAt, (byte)'/'),
        ["a sender's name with a space"] = () => With(Want(), NameAt, (byte)' '),
        ["a sender's name with a byte above ASCII"] = () => With(Want(), NameAt, 0x80),
        ["more datagrams wanted than there are"] = () => With(Want(), BodyAt + 1, 3),
        ["fewer datagrams wanted than there are"] = () => With(Want(), BodyAt + 1, 1),
        ["65,535 datagrams wanted, and none there"] = () => With(With(Want(), BodyAt, 255), BodyAt + 1, 255)[..17],
        ["a summary that begins past the last bucket"] = () => With(Summary(), BodyAt, 4),
        ["a summary of 1023 buckets"] = () => Summary()[..^4],
        ["a summary of 1025 buckets"] = () => [.. Summary(), 0, 0, 0, 0],
        ["an inventory that goes on past the end"] = () => With(Inventory(), BodyAt + 1, 1),
        ["an inventory with a host too few"] = () => Inventory()[..^20],
        ["an inventory with half a host more"] = () => [.. Inventory(), .. new byte[10]],
        ["a gateway's name that is empty"] = () => With(Statuses(), BodyAt + 1, 0),
        ["a gateway's name of 200 bytes"] = () => With(Statuses(), BodyAt + 1, 200),
        ["a gateway's name with a control"] = () => With(Statuses(), BodyAt + 3, 10),
        ["255 gateways, and two there"] = () => With(Statuses(), BodyAt, 255),
        ["an index of no gateway"] = () => With(Statuses(), FirstStatusAt, 2),
        ["index 255 of no gateway"] = () => With(Statuses(), FirstStatusAt, 255),
        ["a status of no gateway at all"] = () =>
            [.. Header(3, "gw1", 1), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 60, .. new byte[60]],
        ["a datagram longer than the message"] = () => With(Statuses(), FirstStatusAt + 6, 255),
        ["a status too few"] = () => Statuses()[..^92],
        ["over 60,000 bytes"] = () => Wanting(MostWanted + 1),
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void It_is_refused(string name) => Assert.False(TryRead(Hostile[name](), out _));

    [Fact]
    public void What_was_changed_to_be_hostile_is_good_itself()
    {
        Assert.True(TryRead(Want(), out _) && TryRead(Summary(), out _));
        Assert.True(TryRead(Inventory(), out _) && TryRead(Statuses(), out _));
        Assert.True(TryRead(Wanting(MostWanted), out _));
    }

    [Fact]
    public void Whatever_is_cut_short_or_goes_on_is_none()
    {
        foreach (var message in OfEachKind())
        {
            for (var length = 0; length < message.Length; length++)
                Assert.False(TryRead(message.AsMemory(0, length), out _), $"{message[KindAt]} cut at {length}");
            for (var more = 1; more < 40; more++) Assert.False(TryRead((byte[])[.. message, .. new byte[more]], out _));
        }
    }

    [Fact]
    public void Names_that_a_datagram_may_not_have_are_none_here()
    {
        for (var character = 0; character < 256; character++)
        {
            var isAllowed = HostName.TryRead([(byte)character], out _, out _);
            Assert.Equal(isAllowed, TryRead(With(Want(), NameAt, (byte)character), out _));
            Assert.Equal(isAllowed, TryRead(With(Statuses(), BodyAt + 2, (byte)character), out _));
        }
    }

    private static byte[] Statuses() => OfEachKind().ElementAt(0);

    private static byte[] Summary() => OfEachKind().ElementAt(1);

    private static byte[] Inventory() => OfEachKind().ElementAt(2);

    private static byte[] Want() => OfEachKind().ElementAt(3);

    private static byte[] With(byte[] message, int at, byte value)
    {
        message[at] = value;
        return message;
    }

    private static byte[] Header(byte nameLength, string name, byte kind = 4) =>
        [1, kind, 0, nameLength, .. new byte[8], .. Encoding.ASCII.GetBytes(name)];

    private static byte[] Wanting(int datagrams)
    {
        byte[] message = [.. Header(3, "gw1"), 0, 0, .. new byte[8 * datagrams]];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(BodyAt), (ushort)datagrams);
        return message;
    }
}
