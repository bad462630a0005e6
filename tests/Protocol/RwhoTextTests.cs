using static Rwho.Tests.Protocol.Board;

namespace Rwho.Tests.Protocol;

/// <summary>The text of <c>rwho</c>, whether or not Debian's programs are there to compare with.</summary>
public sealed class RwhoTextTests
{
    private const uint Login = (uint)Now - 600;

    [Fact]
    public void Users_are_listed_by_name_host_and_line() => Assert.Equal(
        """
        ann      alpha:pts/1   Nov 21 05:22
        ann      alpha:tty1    Nov 21 05:22
        ann      beta:console2 Nov 21 05:22
        bob      alpha:pts/0   Nov 21 05:22 :02

        """,
        Who(
            Host("beta") with { Entries = [new("console2", "ann", Login)] },
            HostWith(new("pts/0", "bob", Login, 120), new("tty1", "ann", Login), new("pts/1", "ann", Login)),
            HeardAgo("down", 700) with { Entries = [new("wideline", "ann", Login)] }));

    [Theory]
    [InlineData(0, "", "")]
    [InlineData(59, "", "")]
    [InlineData(60, " :01", "   :01")]
    [InlineData(3599, " :59", "   :59")]
    [InlineData(3600, null, "  1:00")]
    [InlineData(35_999, null, "  9:59")]
    [InlineData(36_000, null, " 10:00")]
    [InlineData(359_999, null, " 99:59")]
    [InlineData(360_000, null, " 99:59")]
    [InlineData(int.MaxValue, null, " 99:59")]
    [InlineData(-59, "", "")]
    [InlineData(-60, " :-1", "   :-1")]
    [InlineData(-600, " :-10", "   :-10")]
    [InlineData(-3600, " :00", "   :00")]
    [InlineData(int.MinValue, " :-14", "   :-14")]
    public void Idleness_is_told_in_minutes_and_with_all_in_hours(int seconds, string? text, string textWithAll)
    {
        var host = HostWith(new RawEntry("tty1", "ann", Login, seconds));
        Assert.Equal(text is null ? "" : $"ann      alpha:tty1 Nov 21 05:22{text}\n", Who(host));
        Assert.Equal($"ann      alpha:tty1 Nov 21 05:22{textWithAll}\n", WhoAll(host));
    }

    [Theory]
    [InlineData(0u, "UTC", "Jan  1 00:00")]
    [InlineData(0u, "Europe/Berlin", "Jan  1 01:00")]
    [InlineData(0u, "America/St_Johns", "Dec 31 20:30")]
    [InlineData(0xFFFF_FFFF, "UTC", "Dec 31 23:59")]
    [InlineData(0xFFFF_FFFF, "Europe/Berlin", "Jan  1 00:59")]
    [InlineData(0x7FFF_FFFFu, "UTC", "Jan 19 03:14")]
    [InlineData(0x8000_0000, "UTC", "Jan 19 03:14")]
    [InlineData(1_774_745_999u, "Europe/Berlin", "Mar 29 01:59")]
    [InlineData(1_774_746_000u, "Europe/Berlin", "Mar 29 03:00")]
    [InlineData(1_792_889_999u, "Europe/Berlin", "Oct 25 02:59")]
    [InlineData(1_792_890_000u, "Europe/Berlin", "Oct 25 02:00")]
    public void Login_times_are_local(uint login, string zone, string text)
    {
        var host = HostWith(new RawEntry("tty1", "ann", login));
        Assert.Equal($"ann      alpha:tty1 {text}\n", Who(false, [host], Now, zone));
    }

    [Fact]
    public void A_login_across_2106_is_told_by_the_nearest_time()
    {
        const long Later = (1L << 32) + 500;
        var host = HostWith(new RawEntry("tty1", "ann", 0)) with { Received = 500 };
        Assert.Equal("ann      alpha:tty1 Feb  7 06:28\n", Who(false, [host], Later));
    }

    [Fact]
    public void Lines_and_names_end_at_their_NUL_or_at_8_bytes() => Assert.Equal(
        """
                 alpha:         Nov 21 05:22
        abcdefgh alpha:12345678 Nov 21 05:22
        ann      alpha:tty1     Nov 21 05:22

        """,
        Who(HostWith(new("tty1\0zzz", "ann\0zzzz", Login), new("12345678", "abcdefgh", Login), new("", "", Login))));

    [Fact]
    public void Rubbish_behind_a_NUL_does_not_order_rows() => Assert.Equal(
        "u        alpha:a Nov 21 05:22 :01\nu        alpha:a Nov 21 05:22 :02\nu        alpha:b Nov 21 05:22\n",
        Who(HostWith(new("b", "u\0a", Login), new("a\0z", "u\0z", Login, 60), new("a\0b", "u\0b", Login, 120))));

    [Fact]
    public void Bytes_that_a_terminal_would_obey_are_question_marks() => Assert.Equal(
        "?[2J     ??x:???? Nov 21 05:22\n",
        Who(Host("\x1B\x80x") with { Entries = [new("\x01\x7F\xFF\n", "\x1B[2J", Login)] }));

    [Fact]
    public void The_column_is_as_wide_as_the_rows_shown_need_and_no_wider()
    {
        var host = HostWith(new("longline", "bob", Login, 7200), new("tty1", "ann", Login));
        Assert.Equal("ann      alpha:tty1 Nov 21 05:22\n", Who(host));
        Assert.StartsWith("ann      alpha:tty1     Nov 21 05:22\n", WhoAll(host));
    }

    [Fact]
    public void More_than_1000_users_are_listed_where_Debian_gives_up()
    {
        var hosts = Enumerable.Range(0, 30).Select(i => Host($"host{i}") with
        {
            Entries = [.. Enumerable.Range(0, 42).Select(k => new RawEntry($"pts/{k}", "ann", Login))],
        });
        Assert.Equal(30 * 42, Who([.. hosts]).Count(c => c == '\n'));
    }

    [Fact]
    public void Names_of_31_bytes_are_shown_in_full()
    {
        var name = new string('x', 31);
        var host = Host(name + "y") with { Entries = [new("12345678", "ann", Login)] };
        Assert.Equal($"ann      {name}:12345678 Nov 21 05:22\n", Who(host));
    }

    [Theory]
    [InlineData(660, true)]
    [InlineData(661, false)]
    [InlineData(-86_400, true)]
    public void Only_hosts_that_are_up_are_shown(int seconds, bool shown) =>
        Assert.Equal(shown, Who(HeardAgo("alpha", seconds) with { Entries = [new("tty1", "ann", Login)] }).Length > 0);

    [Fact]
    public void Nothing_is_written_when_nobody_is_to_be_shown()
    {
        Assert.Empty(Who());
        Assert.Empty(Who(Host("alpha"), HostWith(new RawEntry("tty1", "ann", Login, 3600))));
    }
}
