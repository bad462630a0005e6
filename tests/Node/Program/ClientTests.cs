using System.Diagnostics;
using Rwho.Tests.Node.Spool;

namespace Rwho.Tests.Node.Program;

/// <summary>ruptime and rwho, by whatever name they are called, on a spool.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly Linux.TemporaryDirectory place = Rwhod.PublicPlace();

    public ClientTests()
    {
        if (Rwhod.Missing is not null) return;
        Write(new SpoolRecord("alpha")
        {
            Load = (300, 10, 10),
            UptimeSeconds = 1000,
            Users = [("pts/0", "ann", 0), ("pts/1", "bob", 7200)],
        });
        Write(new SpoolRecord("beta") { Load = (100, 10, 10), UptimeSeconds = 9000 });
        Write(new SpoolRecord("gamma") { Load = (200, 10, 10), UptimeSeconds = 5000, Users = [("tty1", "cleo", 0)] });
        Write(new SpoolRecord("delta") { Age = 5000 });
    }

    private string Spool => Path.Combine(place.Path, "spool");

    public void Dispose() => place.Dispose();

    [ProgramTheory]
    [InlineData("", "alpha beta delta gamma")]
    [InlineData("-r", "gamma delta beta alpha")]
    [InlineData("-l", "alpha gamma beta delta")]
    [InlineData("-t", "beta gamma alpha delta")]
    [InlineData("-u", "alpha gamma beta delta")]
    [InlineData("-lr", "delta beta gamma alpha")]
    [InlineData("-rl", "delta beta gamma alpha")]
    [InlineData("-r -l", "delta beta gamma alpha")]
    [InlineData("-lt", "beta gamma alpha delta")]
    [InlineData("-tl", "alpha gamma beta delta")]
    [InlineData("-l -t -u", "alpha gamma beta delta")]
    [InlineData("-u -l -t", "beta gamma alpha delta")]
    [InlineData("-alrtu", "delta beta gamma alpha")]
    [InlineData("gamma alpha", "alpha gamma")]
    [InlineData("-r gamma alpha gamma", "gamma alpha")]
    [InlineData("-l gamma -r alpha", "gamma alpha")]
    [InlineData("gamma nosuchhost", "gamma")]
    [InlineData("-- gamma", "gamma")]
    [InlineData("gamma -- -x -l", "gamma")]
    public async Task The_last_order_counts_and_hosts_are_chosen(string args, string hosts)
    {
        var outcome = await Ruptime([.. args.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.True(outcome is { Status: 0, Errors: "" }, outcome.ToString());
        Assert.Equal(hosts, string.Join(' ', outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(' ')[0])));
    }

    [ProgramFact]
    public async Task Idle_users_are_counted_with_a()
    {
        Assert.Contains("    1 user, ", (await Ruptime("alpha")).Output, StringComparison.Ordinal);
        Assert.Contains("    2 users,", (await Ruptime("-a", "alpha")).Output, StringComparison.Ordinal);
    }

    [ProgramTheory]
    [InlineData("nosuchhost", "ruptime: no such hosts in ")]
    [InlineData("ALPHA", "ruptime: no such hosts in ")]
    [InlineData("@alpha", "ruptime: no such hosts in ")]
    public async Task A_host_that_is_not_there_is_told_with_status_1(string host, string text)
    {
        var outcome = await Ruptime(host);
        Assert.Equal(new Outcome(1, $"{text}{Spool}.\n", ""), outcome);
    }

    [ProgramTheory]
    [InlineData("missing")]
    [InlineData("empty")]
    public async Task Without_hosts_ruptime_says_so_and_rwho_is_silent(string name)
    {
        Directory.CreateDirectory(Path.Combine(place.Path, "empty"));
        var spool = Path.Combine(place.Path, name);
        Assert.Equal(new Outcome(1, $"ruptime: no hosts in {spool}.\n", ""),
            await Rwhod.Run("ruptime", "--spool", spool));
        Assert.Equal(new Outcome(0, "", ""), await Rwhod.Run("rwho", "--spool", spool));
    }

    [ProgramTheory]
    [InlineData("ruptime", "ruptime", "alpha  ")]
    [InlineData("rwho", "rwho", "ann  ")]
    public async Task A_link_s_name_says_which_program_it_is(string name, string says, string output)
    {
        var link = Path.Combine(place.Path, name);
        File.CreateSymbolicLink(link, Rwhod.Path);
        Directory.CreateDirectory(Path.Combine(place.Path, "bin"));
        var second = Path.Combine(place.Path, "bin", name);
        File.CreateSymbolicLink(second, "../" + name);
        foreach (var path in (string[])[link, second])
        {
            var outcome = await Rwhod.Run(new Start { Path = path }, "--spool", Spool);
            Assert.StartsWith(output, outcome.Output, StringComparison.Ordinal);
            var failure = await Rwhod.Run(new Start { Path = path }, "--nonsense");
            Assert.Equal(64, failure.Status);
            ExitStatusTests.AssertOneLine(failure, $"{says}: ", $"({says} --help lists the options)");
        }
    }

    [ProgramFact]
    public async Task A_name_given_by_the_caller_counts_as_well()
    {
        var start = new Start { Path = "/bin/bash" };
        var outcome = await Rwhod.Run(start, "-c", "exec -a rwho \"$0\" --spool \"$1\"", Rwhod.Path, Spool);
        Assert.Equal(["ann", "cleo"], outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(' ')[0]));
    }

    [ProgramFact]
    public async Task Idle_users_are_shown_by_rwho_with_a()
    {
        var outcome = await Rwhod.Run("rwho", "-a", "--spool", Spool);
        Assert.Equal(["ann", "bob", "cleo"], outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(' ')[0]));
    }

    [ProgramFact]
    public async Task A_reader_that_leaves_early_is_no_error()
    {
        for (var host = 0; host < 3000; host++) Write(new SpoolRecord($"host{host:0000}"));
        var outcome = await Rwhod.Run(new Start { Path = "/bin/bash" }, "-c",
            "\"$0\" ruptime --spool \"$1\" | head -1; echo ${PIPESTATUS[0]}", Rwhod.Path, Spool);
        var lines = outcome.Output.Split('\n');
        Assert.StartsWith("alpha  ", lines[0], StringComparison.Ordinal);
        Assert.Equal(("0", ""), (lines[1], outcome.Errors));
    }

    [ProgramFact]
    public async Task Strange_files_in_the_spool_are_no_hosts_and_hang_nobody()
    {
        foreach (var length in (int[])[0, 1, 59])
            place.Write($"spool/whod.short{length}", new SpoolRecord("short").ToBytes().AsSpan(0, length));
        place.Write("spool/other", new SpoolRecord("other").ToBytes());
        place.Write("spool/.rwhod.1.tmp", new SpoolRecord("aside").ToBytes());
        Directory.CreateDirectory(Path.Combine(Spool, "whod.directory"));
        File.CreateSymbolicLink(Path.Combine(Spool, "whod.dangling"), "nowhere");
        File.CreateSymbolicLink(Path.Combine(Spool, "whod.itself"), "whod.itself");
        using (var fifo = Process.Start("mkfifo", Path.Combine(Spool, "whod.fifo"))) await fifo.WaitForExitAsync();
        File.SetUnixFileMode(place.Write("spool/whod.closed", new SpoolRecord("closed").ToBytes()), UnixFileMode.None);
        var outcome = await Rwhod.Run(new Start { AsNobody = true }, "ruptime", "--spool", Spool);
        Assert.True(outcome is { Status: 0, Errors: "" }, outcome.ToString());
        Assert.Equal(["alpha", "beta", "delta", "gamma"], outcome.Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ')[0]));
    }

    [ProgramFact]
    public async Task A_spool_that_may_not_be_read_is_a_lack_of_permission()
    {
        File.SetUnixFileMode(Spool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var outcome = await Rwhod.Run(new Start { AsNobody = true }, "ruptime", "--spool", Spool);
        Assert.Equal(77, outcome.Status);
        ExitStatusTests.AssertOneLine(outcome, "ruptime: not permitted to read ", "--spool");
    }

    private Task<Outcome> Ruptime(params string[] args) => Rwhod.Run(["ruptime", "--spool", Spool, .. args]);

    private void Write(SpoolRecord record) => place.Write($"spool/whod.{record.Host}", record.ToBytes());
}
