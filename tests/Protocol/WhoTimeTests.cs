using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

/// <summary>Times are 32 bit wide and compared by difference: neither 2038 nor 2106 shows.</summary>
public sealed class WhoTimeTests
{
    private const long Turn2038 = 1L << 31;
    private const long Turn2106 = 1L << 32;

    public static TheoryData<long> Turns => [0, 1_795_239_155, Turn2038, Turn2106, Turn2106 + Turn2038, 2 * Turn2106];

    [Theory]
    [MemberData(nameof(Turns))]
    public void A_difference_is_the_same_on_both_sides_of_a_turn(long turn)
    {
        foreach (var seconds in (int[])[0, 1, 180, 660, 86_400, int.MaxValue])
        {
            Assert.Equal(seconds, WhoTime.Difference(WhoTime.Fold(turn + seconds - 100), WhoTime.Fold(turn - 100)));
            Assert.Equal(-seconds, WhoTime.Difference(WhoTime.Fold(turn - 100), WhoTime.Fold(turn + seconds - 100)));
        }
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void Unfolding_gives_back_every_time_within_68_years_of_now(long turn)
    {
        foreach (var now in (long[])[turn - 1, turn, turn + 1])
            foreach (var offset in (long[])[-Turn2038, -86_400, -1, 0, 1, 86_400, Turn2038 - 1])
                Assert.Equal(now + offset, WhoTime.Unfold(WhoTime.Fold(now + offset), now));
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void An_uptime_across_a_turn_is_what_it_is(long turn)
    {
        var status = Board.Host("alpha") with { Sent = WhoTime.Fold(turn + 50), Boot = WhoTime.Fold(turn - 50) };
        Assert.True(WhodCodec.TryRead(status.ToDatagram(), out var datagram, out _));
        Assert.Equal(100, datagram.UptimeSeconds);
    }

    [Theory]
    [InlineData(-86_400, false)]
    [InlineData(0, false)]
    [InlineData(659, false)]
    [InlineData(660, false)]
    [InlineData(661, true)]
    [InlineData(1L << 33, true)]
    public void A_host_not_heard_for_more_than_660_seconds_is_down(long silentSeconds, bool down)
    {
        foreach (var now in (long[])[Board.Now, Turn2038, Turn2106 + 5])
            Assert.Equal(down, WhoTime.IsDown(now - silentSeconds, now));
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void A_host_spooled_before_a_turn_is_up_or_down_after_it_by_its_silence(long turn)
    {
        foreach (var (silent, down) in ((long, bool)[])[(660, false), (661, true)])
        {
            var file = Board.Host("alpha") with { Received = WhoTime.Fold(turn - 330) };
            Assert.True(SpoolFile.TryRead(file.ToSpoolFile(), turn - 330 + silent, out var host));
            Assert.Equal(down, host.IsDown(turn - 330 + silent));
        }
    }
}
