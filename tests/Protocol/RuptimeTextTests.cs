using Rwho.Protocol;
using static Rwho.Tests.Protocol.Board;

namespace Rwho.Tests.Protocol;

/// <summary>The text of <c>ruptime</c>, whether or not Debian's programs are there to compare with.</summary>
public sealed class RuptimeTextTests
{
    private static readonly RawStatus[] Mixed =
    [
        Host("delta") with { Load = [25, 0, 0], Boot = (uint)Now - 60, Entries = [new("tty1", "ann")] },
        HeardAgo("beta", 5000),
        Host("alpha") with { Load = [5, 0, 0], Boot = (uint)Now - 9000 },
        HeardAgo("epsilon", 700),
        Host("gamma") with { Load = [5, 0, 0], Boot = (uint)Now - 60, Entries = [new("tty1", "ann", 0, 3600)] },
    ];

    [Fact]
    public void A_board_reads_as_it_has_for_forty_years() => Assert.Equal(
        """
        alpha         up       2:30,     0 users,  load 0.05, 0.00, 0.00
        beta        down       1:24
        delta         up       0:01,     1 user,   load 0.25, 0.00, 0.00
        epsilon     down       0:12
        gamma         up       0:01,     0 users,  load 0.05, 0.00, 0.00

        """,
        Ruptime(Mixed));

    [Theory]
    [InlineData(RuptimeOrder.Name, false, "alpha beta delta epsilon gamma")]
    [InlineData(RuptimeOrder.Name, true, "gamma epsilon delta beta alpha")]
    [InlineData(RuptimeOrder.Load, false, "delta alpha gamma epsilon beta")]
    [InlineData(RuptimeOrder.Load, true, "beta epsilon alpha gamma delta")]
    [InlineData(RuptimeOrder.Uptime, false, "alpha delta gamma epsilon beta")]
    [InlineData(RuptimeOrder.Uptime, true, "beta epsilon delta gamma alpha")]
    [InlineData(RuptimeOrder.Users, false, "delta alpha gamma epsilon beta")]
    [InlineData(RuptimeOrder.Users, true, "beta epsilon alpha gamma delta")]
    public void Hosts_are_ordered_and_those_not_told_apart_stand_by_name(RuptimeOrder order, bool reverse, string names)
    {
        var text = RuptimeWith(new RuptimeOptions(All: false, order, reverse), Mixed);
        Assert.Equal(names, NamesOf(text));
    }

    [Fact]
    public void With_all_users_idle_for_an_hour_count() => Assert.Contains(
        "gamma         up       0:01,     1 user,   load",
        RuptimeWith(new(All: true, RuptimeOrder.Name, Reverse: false), Mixed));

    [Fact]
    public void By_uptime_a_host_booted_far_in_the_future_stands_behind_those_down() => Assert.Equal(
        "up down back",
        NamesOf(RuptimeWith(
            new(false, RuptimeOrder.Uptime, false),
            Host("back") with { Boot = (uint)Now + 5000 }, HeardAgo("down", 700), Host("up"))));

    [Theory]
    [InlineData(0, "  up       0:00")]
    [InlineData(1, "  up       0:01")]
    [InlineData(60, "  up       0:01")]
    [InlineData(61, "  up       0:02")]
    [InlineData(3540, "  up       0:59")]
    [InlineData(3541, "  up       1:00")]
    [InlineData(86_340, "  up      23:59")]
    [InlineData(86_341, "  up    1+00:00")]
    [InlineData(863_913_600, "  up 9999+00:00")]
    [InlineData(864_000_000, "  up 10000+00:00")]
    [InlineData((int)Now, "  up 20778+05:33")]
    [InlineData(-1, "  up      ??:??")]
    [InlineData(-3600, "  up      ??:??")]
    public void An_uptime_is_rounded_up_to_minutes(int seconds, string text)
    {
        var host = Host("alpha") with { Boot = (uint)(Now - seconds) };
        Assert.Equal($"alpha       {text},     0 users,  load 0.00, 0.00, 0.00\n", Ruptime(host));
    }

    [Theory]
    [InlineData(-86_400, "  up       1:00,     0 users,  load 0.00, 0.00, 0.00")]
    [InlineData(660, "  up       1:00,     0 users,  load 0.00, 0.00, 0.00")]
    [InlineData(661, "down       0:12")]
    [InlineData(720, "down       0:12")]
    [InlineData(721, "down       0:13")]
    [InlineData(86_400, "down    1+00:00")]
    [InlineData(Now, "down 20778+05:33")]
    public void A_host_silent_for_more_than_660_seconds_is_down_that_long(long seconds, string text) =>
        Assert.Equal($"alpha       {text}\n", Ruptime(Host("alpha") with { Received = (uint)(Now - seconds) }));

    [Theory]
    [InlineData(0x8000_0000)]
    [InlineData(0xC000_0000)]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0u)]
    public void A_send_time_of_any_year_neither_revives_nor_buries_a_host_where_Debians_after_2038_does(uint sent)
    {
        var host = Host("alpha") with { Sent = sent, Boot = unchecked(sent - 60) };
        Assert.StartsWith("alpha         up       0:01,", Ruptime(host));
        Assert.Equal("alpha       down       0:12\n", Ruptime(host with { Received = (uint)Now - 700 }));
    }

    [Fact]
    public void Users_are_counted_in_whole_entries_from_the_first_where_Debian_counts_from_the_files_end()
    {
        RawEntry[] entries = [new("tty1", "ann"), new("\xFF\xFF\xFF\x7F", "bob")];
        var host = HostWith(entries) with { Tail = [0xFF, 0xFF, 0xFF, 0x7F] };
        Assert.Contains(" 2 users,", Ruptime(host));
    }

    [Theory]
    [InlineData(999, 999, 999, "9.99, 9.99, 9.99")]
    [InlineData(1000, 0, 5, "10.00,  0.00,  0.05")]
    [InlineData(0, 1000, 0, " 0.00, 10.00,  0.00")]
    [InlineData(0, 0, 1000, "0.00, 0.00, 10.00")]
    [InlineData(-1, -99, -100, "-0.01, -0.99, -1.00")]
    [InlineData(int.MaxValue, int.MinValue, 7, "21474836.47, -21474836.48,  0.07")]
    public void Loads_are_as_wide_as_those_over_1_and_5_minutes_need(int one, int five, int fifteen, string text) =>
        Assert.EndsWith($"load {text}\n", Ruptime(Host("alpha") with { Load = [one, five, fifteen] }));

    [Fact]
    public void A_down_hosts_load_widens_the_column_too() => Assert.Equal(
        "alpha         up       1:00,     0 users,  load  0.00,  0.00,  0.00\nbeta        down       0:12\n",
        Ruptime(Host("alpha"), HeardAgo("beta", 700) with { Load = [0, 1000, 0] }));

    [Fact]
    public void A_name_of_12_bytes_leaves_no_blank_as_on_Debian() =>
        Assert.Equal("twelve-bytesdown       0:12\n", Ruptime(HeardAgo("twelve-bytes", 700)));

    [Fact]
    public void A_longer_name_is_shown_in_full_and_widens_the_column_for_all() => Assert.Equal(
        """
        a-name-of-thirty-one-characters down       0:12
        alpha                             up       1:00,     0 users,  load 0.00, 0.00, 0.00

        """,
        Ruptime(HeardAgo("a-name-of-thirty-one-characters", 700), Host("alpha")));

    [Fact]
    public void Bytes_that_a_terminal_would_obey_are_question_marks() => Assert.Equal(
        "?[2J?x?       up       1:00,     0 users,  load 0.00, 0.00, 0.00\n",
        Ruptime(Host("\x1B[2J\x7Fx\xFF")));

    [Fact]
    public void An_empty_name_is_a_row_of_its_own() =>
        Assert.Equal("            down       0:12\n", Ruptime(HeardAgo("", 700)));

    [Fact]
    public void Hosts_of_one_name_keep_their_order_also_in_reverse()
    {
        RawStatus[] twins = [Host("twin") with { Load = [1, 0, 0] }, Host("twin") with { Load = [2, 0, 0] }];
        Assert.Equal(Ruptime(twins), RuptimeWith(new(false, RuptimeOrder.Name, Reverse: true), twins));
    }

    [Fact]
    public void Nothing_is_written_for_no_hosts() => Assert.Empty(Ruptime());

    private static string NamesOf(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ')[0]));
}
