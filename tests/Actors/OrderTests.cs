using System.Net;
using Rwho.Actors;
using Rwho.Actors.Hosts;

namespace Rwho.Tests.Actors;

/// <summary>The pure rules: seen, order, conflict.</summary>
public sealed class OrderTests
{
    private static Moment At(double seconds) => new(Scene.Start + (long)seconds, (long)(seconds * 1000));

    /// <summary>
    /// Each step is (our seconds, send time, whether it becomes the status); the first datagram is at (0, 1000).
    /// </summary>
    public static TheoryData<string, (double Ours, uint Sent, bool Accepted)[]> Orders() => new()
    {
        { "later ones follow", [(180, 1180, true), (360, 1360, true)] },
        { "equal time with other bytes is newer", [(1, 1000, true)] },
        { "an older one alone is nothing", [(10, 900, false)] },
        { "a second older one that moved on as our clock restarts the order", [(10, 100, false), (190, 280, true)] },
        { "and goes on from there", [(10, 100, false), (190, 280, true), (200, 279, false), (370, 460, true)] },
        { "half as fast is near enough", [(10, 100, false), (110, 150, true)] },
        { "twice as fast is near enough", [(10, 100, false), (110, 300, true)] },
        { "slower than half is not", [(10, 100, false), (110, 149, false)] },
        { "faster than twice is not", [(10, 100, false), (110, 301, false)] },
        { "one that goes back is not", [(10, 100, false), (110, 50, false), (210, 150, true)] },
        { "under five seconds apart prove nothing", [(10, 100, false), (14.9, 105, false), (15, 105, true)] },
        { "a newer one between forgets the candidate", [(10, 100, false), (100, 1100, true), (190, 280, false)] },
        { "modulo 2^32", [(180, 1000u + int.MaxValue, true), (190, 100, true)] },
        { "half way round is the past", [(180, 1000u + (1u << 31), false)] },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Send_times_order(string rule, (double Ours, uint Sent, bool Accepted)[] steps)
    {
        var order = new SendOrder(1000);
        foreach (var (ours, sent, accepted) in steps)
            Assert.True(accepted == order.Accepts(sent, At(ours)), $"{rule}: {sent} after {ours} s");
    }

    [Fact]
    [Trait("Limit", "datagrams remembered of a host")]
    public void The_last_32_datagrams_are_remembered_and_no_more()
    {
        var seen = new SeenDatagrams();
        for (ulong i = 0; i < 200; i++)
        {
            Assert.True(seen.Add(i));
            Assert.False(seen.Add(i));
        }

        for (ulong i = 168; i < 200; i++) Assert.True(seen.Contains(i));
        Assert.False(seen.Contains(167));
    }

    /// <summary>Hours of boot times heard one after another, a minute apart; whether that is a conflict.</summary>
    [Theory]
    [InlineData("one host", "5 5 5 5 5 5", false)]
    [InlineData("a reboot", "5 5 5 9 9 9", false)]
    [InlineData("three reboots", "1 2 3 4", false)]
    [InlineData("each once", "5 9", false)]
    [InlineData("one of them twice", "5 9 5", false)]
    [InlineData("each twice, in turn", "5 9 5 9", true)]
    [InlineData("one of them more often", "5 5 5 9 5 5 9 9", true)]
    [InlineData("in turn, with a third between", "5 9 7 5 9", false)]
    public void Two_hosts_of_one_name_show_by_their_boot_times(string story, string boots, bool isConflict)
    {
        var history = new BootHistory();
        var minute = 0;
        var last = 0u;
        foreach (var hour in boots.Split(' '))
        {
            last = uint.Parse(hour) * 3600;
            history.Add(last + (uint)(minute % 2), IPAddress.Parse($"10.0.0.{hour}"), At(60 * minute++));
        }

        var conflict = history.Of(last, At(60 * minute));
        Assert.True(isConflict == conflict is not null, story);
        if (conflict is not null) Assert.Equal("10.0.0.9", conflict.Ours!.ToString());
        if (conflict is not null) Assert.Equal("10.0.0.5", conflict.Other!.ToString());
    }

    [Fact]
    public void Boot_times_within_two_minutes_are_one_boot()
    {
        var history = new BootHistory();
        for (uint i = 0; i < 6; i++) history.Add(5000 + i % 2 * 120, null, At(60 * i));
        Assert.Null(history.Of(5000, At(360)));
        for (uint i = 0; i < 6; i++) history.Add(5000 + i % 2 * 121, null, At(360 + 60 * i));
        Assert.NotNull(history.Of(5000, At(720)));
    }
}
