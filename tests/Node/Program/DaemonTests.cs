using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rwho.Tests.Node.Linux;
using Rwho.Tests.Node.Spool;

namespace Rwho.Tests.Node.Program;

/// <summary>The daemon's life, from its start to its end.</summary>
public sealed class DaemonTests : IDisposable
{
    private readonly TemporaryDirectory place = Rwhod.PublicPlace();

    private string Spool => Path.Combine(place.Path, "spool");

    private string OwnFile => Path.Combine(Spool, $"whod.{Name}");

    private static string Name => "beta";

    public void Dispose() => place.Dispose();

    [ProgramTheory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_ends_it_in_order(PosixSignal signal)
    {
        await using var daemon = Begin();
        await daemon.UntilErrorsSay("listening on 0.0.0.0:5130");
        await Eventually.True(() => File.Exists(OwnFile), "its own file");
        daemon.Signal(signal);
        var outcome = await daemon.Ended();
        Assert.Equal((0, ""), (outcome.Status, outcome.Output));
        Assert.Contains($"{signal}: stopping; hosts 1,", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal([OwnFile], Directory.GetFileSystemEntries(Spool));
    }

    [ProgramTheory]
    [InlineData("umask 077")]
    [InlineData("umask 000")]
    public async Task Its_files_are_readable_by_all_and_writable_by_none_but_itself(string umask)
    {
        await using var daemon = Begin(umask);
        await Eventually.True(() => File.Exists(OwnFile), () => OwnFile + daemon.Errors);
        Assert.Equal("0644", Convert.ToString((int)File.GetUnixFileMode(OwnFile), 8).PadLeft(4, '0'));
        Assert.Equal("0755", Convert.ToString((int)File.GetUnixFileMode(Spool), 8).PadLeft(4, '0'));
    }

    [ProgramFact]
    public async Task A_taken_port_is_an_input_output_error()
    {
        var start = new Start { Path = "/bin/sh" };
        await using var both = Rwhod.Begin(start, "-c",
            "\"$0\" -u nobody --port 5130 --spool \"$1/one\" & "
            + "while ! grep -q ':140A ' /proc/self/net/udp; do :; done; "
            + "\"$0\" -u nobody --port 5130 --spool \"$1/two\"; echo status $?; kill $!; wait $!; echo status $?",
            Rwhod.Path, place.Path);
        var outcome = await both.Ended();
        Assert.Equal("status 74\nstatus 0\n", outcome.Output);
        Assert.Single(outcome.ErrorLines, line => line.StartsWith(
            "rwhod: UDP port 5130 is taken: is another rwhod running?", StringComparison.Ordinal));
    }

    [ProgramFact]
    public async Task A_hang_up_takes_the_configuration_anew()
    {
        var file = place.Write("rwhod.json", """{ "name": "beta", "interval": "11m" }"""u8);
        await using var daemon = Begin(args: ["--config", file]);
        await daemon.UntilErrorsSay("listening on");
        File.WriteAllText(file, """{ "name": "be""");
        daemon.Signal(PosixSignal.SIGHUP);
        await daemon.UntilErrorsSay($"configuration not taken, beta goes on with the one before: {file}:1:");
        File.WriteAllText(file, """{ "name": "gamma", "interval": "11m" }""");
        daemon.Signal(PosixSignal.SIGHUP);
        await daemon.UntilErrorsSay("configuration read again");
        await Eventually.True(() => File.Exists(Path.Combine(Spool, "whod.gamma")), () => "gamma in " + daemon.Errors);
        daemon.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await daemon.Ended()).Status);
    }

    [ProgramFact]
    public async Task The_service_manager_is_told_of_each_step()
    {
        var path = Path.Combine(place.Path, "notify");
        using var manager = SystemdTests.Listen(path);
        File.SetUnixFileMode(path, (UnixFileMode)0x1ff);
        await using var daemon = Rwhod.Begin(
            new Start { Environment = new() { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "200000" } },
            "-u", "nobody", "--port", "5130", "--spool", Spool, "--name", Name);
        Assert.Equal("READY=1", Receive(manager));
        Assert.Equal("WATCHDOG=1", Receive(manager));
        Assert.Equal("WATCHDOG=1", Receive(manager));
        daemon.Signal(PosixSignal.SIGTERM);
        var last = Receive(manager);
        while (last == "WATCHDOG=1") last = Receive(manager);
        Assert.Equal("STOPPING=1", last);
        Assert.Equal(0, (await daemon.Ended()).Status);
    }

    [ProgramFact]
    public async Task Detached_it_returns_once_it_listens_and_lives_on_in_a_session_of_its_own()
    {
        var start = new Start { Path = "/usr/bin/unshare" };
        const string Script = """
            "$0" --detach -u nobody --port 5130 --spool "$1"; echo status $?
            grep -c ':140A ' /proc/self/net/udp
            for process in /proc/[0-9]*; do
                if [ "$(readlink $process/exe)" = "$0" ]; then daemon=${process#/proc/}; fi
            done
            [ "$(cut -d' ' -f6 /proc/$daemon/stat)" = "$daemon" ] && echo its own session
            until [ "$(readlink /proc/$daemon/fd/1 /proc/$daemon/fd/2 | sort -u)" = /dev/null ]; do :; done
            readlink /proc/$daemon/fd/0 /proc/$daemon/fd/1 /proc/$daemon/fd/2
            """;
        var outcome = await Rwhod.Run(
            start, "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", Script, Rwhod.Path, Spool);
        Assert.Equal("status 0\n1\nits own session\n/dev/null\n/dev/null\n/dev/null\n", outcome.Output);
    }

    [ProgramFact]
    public async Task Detached_it_fails_as_in_the_foreground()
    {
        var outcome = await Rwhod.Run("--detach", "-u", "nobody", "--spool", place.Path);
        Assert.Equal(77, outcome.Status);
        ExitStatusTests.AssertOneLine(outcome, "rwhod: cannot write to the spool", "--spool");
    }

    [ProgramFact]
    public async Task Without_the_right_to_the_who_port_it_takes_the_user_s_own_and_says_so()
    {
        var start = AsNobody();
        await using var daemon = Rwhod.Begin(start, "--name", Name);
        await daemon.UntilErrorsSay("listening on 0.0.0.0:10513");
        var state = $"{place.Path}/state/rwho";
        Assert.Contains($"port 513 is not permitted here: using port 10513 and {state} instead", daemon.Errors,
            StringComparison.Ordinal);
        await Eventually.True(() => File.Exists($"{state}/whod.{Name}"), "its own file");
        var outcome = await Rwhod.Run(start with { Before = ":" }, "ruptime", "--spool", state);
        Assert.StartsWith("beta  ", outcome.Output, StringComparison.Ordinal);
        daemon.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await daemon.Ended()).Status);
    }

    [ProgramFact]
    public async Task With_a_port_the_user_profile_is_not_taken()
    {
        await using var daemon = Rwhod.Begin(AsNobody(), "--port", "5130", "--spool", $"{place.Path}/state/own");
        await daemon.UntilErrorsSay("listening on 0.0.0.0:5130");
        Assert.DoesNotContain("10513", daemon.Errors, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task A_spool_full_of_strange_things_does_not_keep_it_from_starting()
    {
        Directory.CreateDirectory(Spool);
        place.Write("spool/whod.gamma", new SpoolRecord("gamma").ToBytes());
        place.Write("spool/whod.delta", new SpoolRecord("another").ToBytes());
        place.Write("spool/whod.short", [1, 1]);
        using (var fifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(Spool, "whod.fifo")))
            await fifo.WaitForExitAsync();
        await using var daemon = Begin($"chown -R nobody {Spool}");
        await daemon.UntilErrorsSay("hosts in the spool: 1; files there that are not ours: 3");
        await daemon.UntilErrorsSay("listening on");
    }

    private Rwhod Begin(string before = ":", params string[] args) => Rwhod.Begin(
        new Start { Before = before },
        ["-u", "nobody", "--port", "5130", "--spool", Spool, .. args.Length == 0 ? ["--name", Name] : args]);

    private Start AsNobody() => new()
    {
        AsNobody = true,
        Before = $"mkdir -m 777 {place.Path}/state",
        Environment = new() { ["XDG_STATE_HOME"] = place.Path + "/state" },
    };

    private static string Receive(Socket manager) => SystemdTests.Receive(manager);
}
