using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

/// <summary>What nodes tell each other: read back as written, and nothing else read as one of them.</summary>
public sealed class NeighbourMessageTests
{
    private static readonly byte[] Status = new byte[WhodLayout.HeaderBytes];

    [Theory]
    [InlineData(0, 0u, WhodLayout.HeaderBytes)]
    [InlineData(255, uint.MaxValue, WhodLayout.MaxBytes)]
    [InlineData(3, 86_400_000u, 84)]
    public void A_record_is_read_as_it_was_written(byte hops, uint age, int bytes)
    {
        var datagram = new byte[bytes];
        Random.Shared.NextBytes(datagram);
        var message = NeighbourMessage.Record(hops, age, datagram);
        Assert.InRange(message.Length, 1, NeighbourMessage.MaxBytes);
        Assert.True(NeighbourMessage.TryReadRecord(message, out var readHops, out var readAge, out var read));
        Assert.Equal((hops, age), (readHops, readAge));
        Assert.True(read.SequenceEqual(datagram));
    }

    [Fact]
    public void Hello_cookie_and_board_are_read_as_they_were_written()
    {
        var sent = new Cookies(42, ulong.MaxValue);
        Assert.True(NeighbourMessage.TryReadHello(NeighbourMessage.Hello(sent, true), out var cookies, out var wants));
        Assert.Equal((sent, true), (cookies, wants));
        Assert.True(NeighbourMessage.TryReadHello(NeighbourMessage.Hello(default, false), out cookies, out wants));
        Assert.Equal((default, false), (cookies, wants));
        Assert.True(NeighbourMessage.TryReadCookie(NeighbourMessage.Cookie(sent), out cookies));
        Assert.Equal(sent, cookies);
        Assert.True(NeighbourMessage.TryReadBoard(NeighbourMessage.Board(16384), out var records));
        Assert.Equal(16384u, records);
    }

    [Fact]
    public void Each_is_one_kind_and_an_old_receiver_drops_all()
    {
        byte[][] all =
        [
            NeighbourMessage.Record(1, 5, Status), NeighbourMessage.Hello(new Cookies(1, 2), true),
            NeighbourMessage.Cookie(new Cookies(1, 2)),
            NeighbourMessage.Board(1),
        ];
        foreach (var message in all)
        {
            var kinds = (NeighbourMessage.TryReadRecord(message, out _, out _, out _) ? 1 : 0)
                + (NeighbourMessage.TryReadHello(message, out _, out _) ? 1 : 0)
                + (NeighbourMessage.TryReadCookie(message, out _) ? 1 : 0)
                + (NeighbourMessage.TryReadBoard(message, out _) ? 1 : 0);
            Assert.Equal(1, kinds);
            Assert.True(NeighbourMessage.Is(message));
            Assert.False(WhodCodec.TryRead(message, out _, out _));
        }

        Assert.False(NeighbourMessage.Is(Status));
    }

    [Fact]
    public void The_answer_to_a_hello_without_a_cookie_is_no_longer_than_the_hello() => Assert.True(
        NeighbourMessage.Cookie(new Cookies(1, 2)).Length <= NeighbourMessage.Hello(default, true).Length);

    [Fact]
    public void Whatever_is_cut_short_or_made_up_is_none_and_throws_nothing()
    {
        byte[][] whole =
        [
            NeighbourMessage.Record(1, 5, Status), NeighbourMessage.Hello(new Cookies(1, 2), true),
            NeighbourMessage.Cookie(new Cookies(1, 2)),
            NeighbourMessage.Board(1),
        ];
        foreach (var message in whole)
            for (var length = 0; length < message.Length; length++) Assert.False(IsAny(message.AsSpan(0, length)));

        var random = new Random(5);
        var noise = new byte[200];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(noise);
            (noise[0], noise[1]) = (1, 2);
            var some = noise.AsSpan(0, random.Next(noise.Length));
            var known = some.Length > 3 && some[2] is >= 1 and <= 4;
            Assert.True(known || !IsAny(some));
        }
    }

    private static bool IsAny(ReadOnlySpan<byte> bytes) =>
        NeighbourMessage.TryReadRecord(bytes, out _, out _, out _) || NeighbourMessage.TryReadHello(bytes, out _, out _)
        || NeighbourMessage.TryReadCookie(bytes, out _) || NeighbourMessage.TryReadBoard(bytes, out _);
}
