using Rwho.Protocol;
using static Rwho.Tests.Protocol.Board;

namespace Rwho.Tests.Protocol;

public sealed class SpoolFileTests
{
    public static TheoryData<int> TruncatedLengths => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(TruncatedLengths))]
    public void A_file_under_60_bytes_is_passed_over(int length) =>
        Assert.False(SpoolFile.TryRead((Host("alpha") with { Length = length }).ToSpoolFile(), Now, out _));

    [Theory]
    [InlineData(60, 0)]
    [InlineData(83, 0)]
    [InlineData(84, 1)]
    [InlineData(1068, 42)]
    [InlineData(1069, 42)]
    [InlineData(1596, 42)]
    public void A_file_of_60_bytes_or_more_is_read_up_to_1068(int length, int entries)
    {
        var file = HostWith([.. Enumerable.Repeat(new RawEntry("tty1", "ann", 1, 2), 64)]) with { Length = length };
        Assert.True(SpoolFile.TryRead(file.ToSpoolFile(), Now, out var host));
        Assert.Equal((entries, Math.Min(length, 1068)), (host.Datagram.EntryCount, host.Datagram.Bytes.Length));
    }

    [Fact]
    public void A_reader_looks_at_neither_version_nor_type_nor_the_characters_of_the_name()
    {
        foreach (var file in (RawStatus[])[Host("al pha/\n"), Host(""), Host("x") with { Version = 0, Type = 9 }])
            Assert.True(SpoolFile.TryRead(file.ToSpoolFile(), Now, out _));
    }

    [Fact]
    public void The_daemon_takes_back_what_it_wrote_under_the_hosts_own_name() =>
        Assert.True(SpoolFile.TryReadOwn("whod.alpha", Host("alpha").ToSpoolFile(), Now, out _));

    public static TheoryData<string, string> ForeignFiles => new()
    {
        { "of another host", "whod.beta" },
        { "of the same letters in another case", "whod.Alpha" },
        { "without the prefix", "alpha" },
        { "with a path", "../whod.alpha" },
        { "that is a temporary one", "whod.alpha.tmp" },
    };

    [Theory]
    [MemberData(nameof(ForeignFiles))]
    public void The_daemon_leaves_a_file_whose_name_is(string what, string fileName)
    {
        Assert.False(SpoolFile.TryReadOwn(fileName, Host("alpha").ToSpoolFile(), Now, out _), what);
    }

    [Fact]
    public void The_daemon_leaves_a_file_that_it_could_not_have_written()
    {
        RawStatus[] files =
        [
            Host("x") with { Version = 0 }, Host("x") with { Type = 2 }, Host("x") with { Length = 59 },
            Host(""), Host("a b"),
        ];
        foreach (var file in files)
            foreach (var name in (string[])["whod.x", "whod.", "whod.a b"])
                Assert.False(SpoolFile.TryReadOwn(name, file.ToSpoolFile(), Now, out _));
    }

    [Fact]
    public void A_name_with_dots_stays_a_file_in_its_directory()
    {
        WhodCodec.TryRead(Host("..").ToDatagram(), out var datagram, out _);
        Assert.Equal("whod...", SpoolFile.NameOf(datagram.Host));
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData((uint)Now, Now)]
    [InlineData((uint)Now + 86_400, Now + 86_400)]
    [InlineData(0x8000_0000, 0x8000_0000)]
    [InlineData(0xFFFF_FFFF, -1)]
    public void The_receive_time_is_the_one_nearest_to_now(uint received, long expected)
    {
        SpoolFile.TryRead((Host("alpha") with { Received = received }).ToSpoolFile(), Now, out var host);
        Assert.Equal(expected, host.ReceiveTime);
    }

    [Fact]
    public void The_receive_time_of_a_file_does_not_make_it_another_datagram()
    {
        SpoolFile.TryRead(HeardAgo("alpha", 0).ToSpoolFile(), Now, out var fresh);
        SpoolFile.TryRead(HeardAgo("alpha", 9).ToSpoolFile(), Now, out var older);
        WhodCodec.TryRead(Host("alpha").ToDatagram(), out var sent, out _);
        Assert.Equal(fresh.Datagram.Hash, older.Datagram.Hash);
        Assert.Equal(fresh.Datagram.Hash, sent.Hash);
    }
}
