using System.Text.RegularExpressions;

namespace Rwho.Tests.Node.Program;

/// <summary>Every way to fail ends with its status and one line of advice, and never with a stack trace.</summary>
public partial class ExitStatusTests
{
    [ProgramTheory]
    [InlineData(64, "an unknown option", "--nonsense", "--help lists the options")]
    [InlineData(64, "an unknown letter", "-z", "--help lists the options")]
    [InlineData(64, "an unknown subcommand", "nosuch", "--help lists the options")]
    [InlineData(64, "a directive", "[suggest]", "--help lists the options")]
    [InlineData(64, "a response file", "@/etc/passwd", "--help lists the options")]
    [InlineData(64, "too much for a subcommand", "demo extra", "--help lists the options")]
    [InlineData(64, "an option without its value", "--port", "'--port'")]
    [InlineData(64, "a flag with a value", "--send-only=maybe", "'maybe'")]
    [InlineData(64, "a port that is none", "--port 65536", "a number from 1 to 65535")]
    [InlineData(64, "an interval that is too long", "--interval 12m", "from 1s to 11m")]
    [InlineData(64, "an interval beyond all time", "--interval 4294967295d", "from 1s to 11m")]
    [InlineData(64, "a name that is none", "--name a/b", "1 to 31 printable characters")]
    [InlineData(64, "nothing to do", "-l --send-only", "choose one")]
    [InlineData(64, "nothing to record", "--send-only --record /tmp/rwho.pcap", "choose one")]
    [InlineData(64, "ruptime's unknown option", "ruptime -z", "--help lists the options")]
    [InlineData(64, "ruptime's unknown long option", "ruptime alpha --nonsense -- -x", "'--nonsense'")]
    [InlineData(64, "rwho's unknown option", "rwho -l", "--help lists the options")]
    [InlineData(78, "no such file", "--config /nonexistent", "there is no such file")]
    [InlineData(78, "a directory for a file", "--config /proc", "it is no file")]
    [InlineData(78, "a device without contents", "--config /dev/null", "/dev/null:1:1: ")]
    [InlineData(78, "a file that is no object", "--config /proc/version", "/proc/version:1:")]
    [InlineData(78, "an unknown user", "-u no-such-user", "create it, or name another with")]
    [InlineData(78, "an unknown user of check", "check -u no-such-user", "create it, or name another with")]
    [InlineData(74, "a recording in no directory", "-u nobody --record /nonexistent/rwho.pcap", "No such file")]
    [InlineData(74, "a recording to a device", "-u nobody --record /dev/null", "it is no regular file")]
    [InlineData(77, "a recording over another's file", "-u nobody --record /etc/passwd", "let nobody write")]
    [InlineData(77, "a recording where the user may not write", "-u nobody --record /rwho.pcap", "let nobody write")]
    [InlineData(77, "root as the user to become", "-u root", "name another with -u")]
    public async Task A_failure_is_a_status_and_one_line(int status, string what, string args, string advice)
    {
        var outcome = await Rwhod.Run(args.Split(' '));
        Assert.Equal((what, status), (what, outcome.Status));
        var called = args.Split(' ')[0] is "ruptime" or "rwho" ? args.Split(' ')[0] : "rwhod";
        AssertOneLine(outcome, $"{called}: ", advice);
    }

    [ProgramFact]
    public async Task A_spool_of_somebody_else_is_a_lack_of_permission_and_stays_his()
    {
        using var place = Rwhod.PublicPlace();
        var outcome = await Rwhod.Run("-u", "nobody", "--spool", place.Path);
        Assert.Equal(77, outcome.Status);
        AssertOneLine(outcome, $"rwhod: cannot write to the spool {place.Path}", "give it to nobody, or use --spool");
        File.WriteAllBytes(Path.Combine(place.Path, "still root's"), []);
        Assert.Equal(77, (await Rwhod.Run("-u", "nobody", "--spool", place.Path)).Status);
    }

    [ProgramFact]
    public async Task Root_is_refused_before_it_is_given_a_spool()
    {
        using var place = Rwhod.PublicPlace();
        Assert.Equal(77, (await Rwhod.Run("-u", "root", "--spool", place.Path + "/spool")).Status);
        Assert.False(Path.Exists(place.Path + "/spool"));
    }

    [ProgramFact]
    public async Task A_spool_that_is_a_file_is_an_input_output_error()
    {
        using var place = Rwhod.PublicPlace();
        var outcome = await Rwhod.Run("-u", "nobody", "--spool", place.Write("file", []));
        Assert.Equal(74, outcome.Status);
        AssertOneLine(outcome, "rwhod: cannot write to the spool", "use --spool");
    }

    [ProgramFact]
    public async Task A_port_that_is_not_permitted_is_a_lack_of_permission()
    {
        using var place = Rwhod.PublicPlace();
        var start = new Start { AsNobody = true, Before = $"mkdir -m 777 {place.Path}/spool" };
        var outcome = await Rwhod.Run(start, "--port", "513", "--spool", place.Path + "/spool");
        Assert.Equal(77, outcome.Status);
        AssertOneLine(outcome, "rwhod: ", "start as root, or use --port with one above 1023");
    }

    [ProgramFact]
    public async Task A_configuration_file_takes_the_user_profile_away()
    {
        using var place = Rwhod.PublicPlace();
        var file = place.Write("rwhod.json", "{}"u8);
        var start = new Start { AsNobody = true, Before = $"mkdir -m 777 {place.Path}/spool" };
        var outcome = await Rwhod.Run(start, "--config", file, "--spool", place.Path + "/spool");
        Assert.Equal(77, outcome.Status);
        AssertOneLine(outcome, "rwhod: ", "port 513 is not permitted");
    }

    [ProgramTheory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--version")]
    [InlineData("check --help")]
    [InlineData("demo --help")]
    [InlineData("ruptime --help")]
    [InlineData("rwho --help")]
    public async Task Help_and_version_are_on_standard_output(string args)
    {
        var outcome = await Rwhod.Run(args.Split(' '));
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        if (args == "--version") Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+\S*\n$", outcome.Output);
        else Assert.Contains("Usage:", outcome.Output, StringComparison.Ordinal);
    }

    [ProgramTheory]
    [InlineData("rwhod", "--help")]
    [InlineData("rwhod", "check -u nobody")]
    [InlineData("ruptime", "ruptime --spool /nonexistent")]
    public async Task A_full_disk_under_standard_output_is_an_input_output_error(string called, string args)
    {
        var outcome = await Rwhod.Run(new Start { Before = "exec >/dev/full" }, args.Split(' '));
        Assert.Equal(74, outcome.Status);
        AssertOneLine(outcome, $"{called}: ", "No space left on device");
    }

    /// <summary>Lines of the log may come before it.</summary>
    internal static void AssertOneLine(Outcome outcome, string start, string advice)
    {
        Assert.Equal("", outcome.Output);
        var line = Assert.Single(outcome.ErrorLines, line => !LogLine().IsMatch(line));
        Assert.Equal(line, outcome.ErrorLines[^1]);
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        Assert.Contains(advice, line, StringComparison.Ordinal);
    }

    [GeneratedRegex("^[0-9:]{8} [a-z]{4}: rwhod")]
    private static partial Regex LogLine();
}
