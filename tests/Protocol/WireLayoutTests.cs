using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

/// <summary>The bytes on the wire and in a spool file, one by one, without a constant of the code's.</summary>
public sealed class WireLayoutTests
{
    private const string Datagram =
        "01010000" + "6B011833" + "00000000"
        + "616C7068610000000000000000000000" + "00000000000000000000000000000000"
        + "00000020" + "00000015" + "FFFFFFF4" + "6AFFC676"
        + "7074732F31000000" + "616E6E0000000000" + "6B0113B0" + "0000003B"
        + "636F6E736F6C6532" + "626F626279626F62" + "00000000" + "FFFFFFFF";

    private static readonly WhodStatus Status = new(
        NameOf("alpha"),
        SendTime: 0x6B011833,
        BootTime: 0x6AFFC676,
        new LoadAverages(32, 21, -12),
        [
            WhodEntry.Create("pts/1", "ann", 0x6B0113B0, 59),
            WhodEntry.Create("console2", "bobbybob", 0, -1),
        ]);

    [Fact]
    public void A_status_is_written_in_network_byte_order_with_each_field_in_its_place()
    {
        var bytes = new byte[1068];
        var length = WhodCodec.Write(Status, bytes);
        Assert.Equal(108, length);
        Assert.Equal(Datagram, Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Each_field_is_read_from_its_place()
    {
        Assert.True(WhodCodec.TryRead(Convert.FromHexString(Datagram), out var datagram, out _));
        Assert.Equal(Status, datagram.ToStatus());
        Assert.Equal(0x6B011833u - 0x6AFFC676u, (uint)datagram.UptimeSeconds);
        Assert.Equal("pts/1", datagram.Entry(0).LineText);
        Assert.Equal("bobbybob", datagram.Entry(1).NameText);
        Assert.Equal((2, 2), (datagram.UserCount(all: false), datagram.EntryCount));
    }

    [Fact]
    public void A_spool_file_has_the_integers_in_host_order_here_little_endian_and_the_receive_time_set()
    {
        const string File =
            "01010000" + "3318016B" + "3A18016B"
            + "616C7068610000000000000000000000" + "00000000000000000000000000000000"
            + "20000000" + "15000000" + "F4FFFFFF" + "76C6FF6A"
            + "7074732F31000000" + "616E6E0000000000" + "B013016B" + "3B000000"
            + "636F6E736F6C6532" + "626F626279626F62" + "00000000" + "FFFFFFFF";
        var content = new byte[1068];
        var length = SpoolFile.Write(new HostStatus(WhodCodec.ToDatagram(Status), 0x6B01183A), content);
        Assert.Equal(File, Convert.ToHexString(content.AsSpan(0, length)));
    }

    [Fact]
    public void A_status_of_more_users_than_42_is_cut_to_1068_bytes()
    {
        var users = Enumerable.Repeat(WhodEntry.Create("tty1", "ann", 1, 1), 50);
        var datagram = WhodCodec.ToDatagram(Status with { Users = [.. users] });
        Assert.Equal((1068, 42), (datagram.Bytes.Length, datagram.EntryCount));
    }

    [Fact]
    public void What_space_held_before_does_not_leak_into_a_datagram()
    {
        var bytes = new byte[1068];
        Array.Fill(bytes, (byte)0xAA);
        var length = WhodCodec.Write(Status, bytes);
        Assert.Equal(Datagram, Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    private static HostName NameOf(string text) => HostName.TryParse(text, out var name) ? name : default;
}
