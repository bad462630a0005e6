using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Rwho.Node;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Program;

/// <summary>A fact about the program. It needs root, for a network of its own; skipped without, except in CI.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute() => Skip = Rwhod.Missing!;
}

/// <inheritdoc cref="ProgramFactAttribute"/>
public sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute() => Skip = Rwhod.Missing!;
}

/// <summary>How a program ended. Status 128+n: by signal n.</summary>
internal sealed record Outcome(int Status, string Output, string Errors)
{
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"status {Status}, output '{Output}', errors '{Errors}'";
}

/// <summary>What a program is started with, beside its arguments.</summary>
internal sealed record Start
{
    /// <summary>The path it is called by.</summary>
    public string Path { get; init; } = Rwhod.Path;

    /// <summary>Run by /bin/sh before the program takes its place: in its network, as root.</summary>
    public string Before { get; init; } = ":";

    /// <summary>As nobody, with no capability.</summary>
    public bool AsNobody { get; init; }

    public Dictionary<string, string> Environment { get; init; } = [];
}

/// <summary>
/// The built program as a process, in a network of its own where nothing but loopback hears it, and with a system spool
/// of its own.
/// </summary>
internal sealed class Rwhod : IAsyncDisposable
{
    private static readonly Lazy<string> Copied = new(Copy);
    private static readonly string[] Needed = ["/usr/bin/unshare", "/usr/bin/setpriv"];

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private Rwhod(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Add(output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Why programs cannot be started; null when they can.</summary>
    public static string? Missing { get; } = Environment.GetEnvironmentVariable("CI") == "true" ? null
        : !Privileges.IsRoot ? "needs root, for a network of its own"
        : Needed.FirstOrDefault(path => !File.Exists(path)) is { } absent ? $"needs {absent} (util-linux)" : null;

    /// <summary>The executable, where every user may execute it.</summary>
    public static string Path => Copied.Value;

    public int Id => process.Id;

    public string Output => Text(output);

    public string Errors => Text(errors);

    public static async Task<Outcome> Run(params string[] args) => await Run(new Start(), args);

    public static async Task<Outcome> Run(Start start, params string[] args)
    {
        await using var program = Begin(start, args);
        return await program.Ended();
    }

    public static Rwhod Begin(Start start, params string[] args)
    {
        const string Nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all ";
        // Whoever runs the tests in the background has them ignore Ctrl-C; the program does not inherit that.
        var run = $"exec env --default-signal=HUP,INT {(start.AsNobody ? Nobody : "")}";
        const string Own = "mount -t tmpfs tmpfs /var/spool && mount -t tmpfs tmpfs /run && ip link set lo up";
        var script = $"{Own} && {start.Before}; {run}\"$@\"";
        var info = new ProcessStartInfo("unshare", ["--net", "--mount", "sh", "-c", script, "sh", start.Path, .. args])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["TZ"] = "UTC";
        info.Environment["DOTNET_ROOT"] = System.IO.Path.GetFullPath(
            System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach (var (name, value) in start.Environment) info.Environment[name] = value;
        return new Rwhod(Process.Start(info)!);
    }

    public void Signal(PosixSignal signal)
    {
        var number = signal switch { PosixSignal.SIGHUP => "HUP", PosixSignal.SIGINT => "INT", _ => "TERM" };
        using var kill = Process.Start("kill", [$"-{number}", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end. A program that does not end is killed, and that is a failure.</summary>
    public async Task<Outcome> Ended()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"it does not end; it said '{Output}{Errors}'");
        }

        return new Outcome(process.ExitCode, Output, Errors);
    }

    public Task UntilErrorsSay(string text) => Eventually.True(
        () => Errors.Contains(text, StringComparison.Ordinal), () => $"'{text}' in '{Output}{Errors}'");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>A directory that every user may read and search; it is gone after the test.</summary>
    public static Linux.TemporaryDirectory PublicPlace()
    {
        var place = new Linux.TemporaryDirectory();
        Open(place.Path);
        return place;
    }

    private static string Copy()
    {
        var place = Directory.CreateTempSubdirectory("rwho-test-program-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(place, recursive: true);
        Open(place);
        var built = System.IO.Path.GetDirectoryName(typeof(DaemonPlan).Assembly.Location)!;
        foreach (var file in Directory.EnumerateFiles(built))
            File.Copy(file, System.IO.Path.Combine(place, System.IO.Path.GetFileName(file)));
        return System.IO.Path.Combine(place, "rwhod");
    }

    private static void Open(string directory) => File.SetUnixFileMode(directory,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private static void Add(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (to) to.Append(line).Append('\n');
    }

    private static string Text(StringBuilder from)
    {
        lock (from) return from.ToString();
    }
}
