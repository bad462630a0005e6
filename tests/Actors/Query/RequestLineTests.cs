using System.Text;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Query;

/// <summary>What a client may ask for, and what it is told otherwise.</summary>
public sealed class RequestLineTests
{
    private const string Unknown = "unknown request; try help";
    private const string NotPrintable = "a request is printable ASCII";
    private const string TooLong = "a request has at most 512 bytes";
    private const string Ruptime = "ruptime takes -a, -l, -r, -t, -u and host names";
    private const string Rwho = "rwho takes -a only";
    private const string Json = "json takes host names only";

    private static Request Parse(string line) => RequestLine.Parse(Encoding.Latin1.GetBytes(line));

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    [InlineData("\r")]
    [InlineData("ruptime")]
    [InlineData("\truptime ")]
    [InlineData("ruptime --")]
    public void Nothing_at_all_asks_for_ruptime(string line) =>
        Assert.Equal(new Request.Ruptime(default, []), Parse(line));

    [Theory]
    [InlineData("ruptime -a", true, RuptimeOrder.Name, false)]
    [InlineData("ruptime -l", false, RuptimeOrder.Load, false)]
    [InlineData("ruptime -t", false, RuptimeOrder.Uptime, false)]
    [InlineData("ruptime -u", false, RuptimeOrder.Users, false)]
    [InlineData("ruptime -r", false, RuptimeOrder.Name, true)]
    [InlineData("ruptime -rr", false, RuptimeOrder.Name, true)]
    [InlineData("ruptime -alr", true, RuptimeOrder.Load, true)]
    [InlineData("ruptime -a\t-l  -r", true, RuptimeOrder.Load, true)]
    [InlineData("ruptime -ltu", false, RuptimeOrder.Users, false)]
    [InlineData("ruptime -u -t -l", false, RuptimeOrder.Load, false)]
    [InlineData("ruptime -lta", true, RuptimeOrder.Uptime, false)]
    public void Options_are_bundled_and_repeated_and_the_last_order_counts(
        string line, bool all, RuptimeOrder order, bool reverse) =>
        Assert.Equal(new Request.Ruptime(new RuptimeOptions(all, order, reverse), []), Parse(line));

    [Theory]
    [InlineData("ruptime alpha", false, "alpha")]
    [InlineData("ruptime alpha beta alpha", false, "alpha beta alpha")]
    [InlineData("ruptime alpha -a beta", true, "alpha beta")]
    [InlineData("ruptime -a -- -a --", true, "-a --")]
    [InlineData("ruptime - alpha", false, "- alpha")]
    [InlineData("ruptime \"'$(x)\\", false, "\"'$(x)\\")]
    public void Other_words_are_hosts(string line, bool all, string hosts) => Assert.Equal(
        new Request.Ruptime(new RuptimeOptions(all, RuptimeOrder.Name, false), [.. hosts.Split(' ')]), Parse(line));

    [Fact]
    public void The_other_requests_are_words_of_their_own()
    {
        Assert.Equal(new Request.Rwho(false), Parse("rwho"));
        Assert.Equal(new Request.Rwho(true), Parse("rwho -aa -a --"));
        Assert.Equal(new Request.Why("alpha"), Parse("why alpha"));
        Assert.Equal(new Request.Why("-a"), Parse("why -- -a"));
        Assert.Equal(new Request.Json([]), Parse("json"));
        Assert.Equal(new Request.Json(["alpha", "-x"]), Parse("json alpha -- -x"));
        Assert.Equal(new Request.Watch(), Parse("watch"));
        Assert.Equal(new Request.Stats(), Parse("stats\t"));
        Assert.Equal(new Request.Version(), Parse("version"));
        Assert.Equal(new Request.Help(), Parse("help\r"));
    }

    [Theory]
    [InlineData("Ruptime", Unknown, "capitals")]
    [InlineData("-a", Unknown, "an option without a word")]
    [InlineData("because alpha", Unknown, "a word of another version")]
    [InlineData("why", "why takes one host name", "a host is needed")]
    [InlineData("why alpha beta", "why takes one host name", "only one")]
    [InlineData("GET / HTTP/1.1", Unknown, "a browser")]
    [InlineData("ruptime,", Unknown, "a word that only begins right")]
    [InlineData("ruptime -x", Ruptime, "an unknown option")]
    [InlineData("ruptime -ax", Ruptime, "an unknown option in a bundle")]
    [InlineData("ruptime --all", Ruptime, "a long option")]
    [InlineData("ruptime -a-", Ruptime, "a dash in a bundle")]
    [InlineData("ruptime -1", Ruptime, "a number")]
    [InlineData("rwho -l", Rwho, "an option of ruptime")]
    [InlineData("rwho alpha", Rwho, "a host")]
    [InlineData("json -a", Json, "an option")]
    [InlineData("watch alpha", "watch takes nothing behind it", "a host")]
    [InlineData("stats -a", "stats takes nothing behind it", "an option")]
    [InlineData("version --", "version takes nothing behind it", "the end of options")]
    [InlineData("help me", "help takes nothing behind it", "a word")]
    [InlineData("\0", NotPrintable, "a NUL")]
    [InlineData("ruptime\0", NotPrintable, "a NUL behind a good word")]
    [InlineData("ruptime alpha\0beta", NotPrintable, "a NUL in a host")]
    [InlineData("\x1b[2Jruptime", NotPrintable, "an escape sequence")]
    [InlineData("ruptime\v-a", NotPrintable, "a blank that is none")]
    [InlineData("ruptime \x7f", NotPrintable, "DEL")]
    [InlineData("r\u00c3\u00bcptime", NotPrintable, "UTF-8")]
    [InlineData("\u00ff\u00f4\u00ff\u00fd\u0006", NotPrintable, "telnet's interrupt")]
    [InlineData("ruptime\r\r", NotPrintable, "two CRs")]
    [InlineData("\rruptime", NotPrintable, "a CR in front")]
    public void Anything_else_is_wrong_for_a_reason(string line, string reason, string story)
    {
        var wrong = Assert.IsType<Request.Wrong>(Parse(line));
        Assert.True(wrong.Reason == reason, $"{story}: {wrong.Reason}");
    }

    [Theory]
    [InlineData(512, "", false)]
    [InlineData(512, "\r", false)]
    [InlineData(513, "", true)]
    [InlineData(513, "\r", true)]
    [InlineData(100_000, "", true)]
    public void A_request_has_512_bytes_without_its_end(int length, string end, bool isTooLong)
    {
        var request = Parse("json ".PadRight(length, 'x') + end);
        if (isTooLong) Assert.Equal(TooLong, Assert.IsType<Request.Wrong>(request).Reason);
        else Assert.Equal(507, Assert.Single(Assert.IsType<Request.Json>(request).Hosts).Length);
    }

    [Fact]
    public void Whatever_comes_there_is_a_request_or_a_printable_reason()
    {
        string[] pieces =
            ["ruptime", "rwho", "json", "watch", "stats", "help", " ", "\t", "-", "-a", "-alrtu", "--", "x", "\0", "\r",
                "\u00e9", "-x", "\n"];
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => random.GetItems(pieces, 1)[0]));
            var bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            foreach (var request in (Request[])[Parse(line), RequestLine.Parse(bytes)])
                if (request is Request.Wrong wrong) Assert.All(wrong.Reason, c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public void The_texts_of_help_and_errors_are_agreed_on()
    {
        Golden.Matches("help.txt", Encoding.ASCII.GetString(RequestLine.Help));
        string[] wrong =
            ["what", "ruptime -x", "rwho x", "json -x", "watch x", "stats x", "version x", "help x", "\0",
                new string('x', 513)];
        Golden.Matches("errors.txt", string.Concat(wrong.Select(line => Rows.Written(
            output => RequestLine.WriteError(output, (Request.Wrong)Parse(line))))));
    }

    [Fact]
    public void An_error_is_one_printable_line_whatever_its_reason() => Assert.Equal(
        "error: a?b?\n", Rows.Written(output => RequestLine.WriteError(output, new Request.Wrong("a\nb\u00e9"))));
}
