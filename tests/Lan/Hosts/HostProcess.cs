using System.Diagnostics;
using System.Text;

namespace Rwho.Tests.Lan;

/// <summary>How a program ended. Status 128+n: by signal n.</summary>
public sealed record Outcome(int Status, byte[] Output, string Errors)
{
    public string Text => Encoding.Latin1.GetString(Output);

    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"status {Status}, output '{Text}', errors '{Errors}'";
}

/// <summary>A program started inside a host, in the foreground, with what it says.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _entrance;
    private readonly string _what;
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();
    private readonly Task _reading;
    private int? _pid;
    private bool _isStopped;

    private HostProcess(Process entrance, string what)
    {
        _entrance = entrance;
        _what = what;
        _reading = Task.WhenAll(
            Collect(entrance.StandardOutput.BaseStream, _output),
            Collect(entrance.StandardError.BaseStream, _errors));
    }

    /// <summary>Its process id as this process sees it; null when it has not started yet, or is gone.</summary>
    public int? Pid => _pid ??= Processes.ChildOf(_entrance.Id);

    public bool HasEnded => _entrance.HasExited;

    /// <summary>What it has said on standard error so far.</summary>
    public string Errors => Encoding.UTF8.GetString(Snapshot(_errors));

    /// <summary>What it has said on standard output so far.</summary>
    public string Output => Encoding.UTF8.GetString(Snapshot(_output));

    public static HostProcess Start(string[] entrance, string host, string program, string[] arguments)
    {
        // Whoever runs the tests in the background has them ignore Ctrl-C; a host's programs do not inherit that.
        var start = new ProcessStartInfo(
            "nsenter", [.. entrance, "--", "env", "--default-signal=HUP,INT", program, .. arguments])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["TZ"] = "UTC";
        start.Environment["DOTNET_ROOT"] = DotnetRoot();
        var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start nsenter");
        process.StandardInput.Close();
        return new HostProcess(process, $"{program} {string.Join(' ', arguments)} on {host}");
    }

    /// <summary>Sends a signal to the program itself.</summary>
    public void Send(Signal signal)
    {
        Kernel.Send(signal, Pid ?? throw new InvalidOperationException($"{_what} does not run: {Errors}"));
        // nsenter stops itself when its child is stopped, and has to be continued, too.
        if (signal == Signal.Continue)
            Kernel.Send(signal, _entrance.Id);
        _isStopped = signal == Signal.Stop || (_isStopped && signal != Signal.Continue);
    }

    /// <summary>Waits for its end. A program that does not end is killed, and that is a failure.</summary>
    public async Task<Outcome> Ended()
    {
        try
        {
            await _entrance.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        }
        catch (TimeoutException)
        {
            await End();
            throw new TimeoutException($"{_what} does not end; it said '{Output}{Errors}'");
        }

        // What it left running may hold its standard streams open: what it said itself has arrived soon.
        await Eventually.AtMost(TimeSpan.FromSeconds(1), _reading);
        return new Outcome(_entrance.ExitCode, Snapshot(_output), Errors);
    }

    /// <summary>Ends it by a signal.</summary>
    public async Task<Outcome> EndBy(Signal signal)
    {
        Send(signal);
        return await Ended();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        _entrance.Dispose();
    }

    private async Task End()
    {
        while (!_entrance.HasExited)
        {
            if (Pid is { } pid && Processes.IsAlive(pid))
                Kernel.Send(Signal.Kill, pid);
            if (_isStopped)
                Kernel.Send(Signal.Continue, _entrance.Id);
            await Eventually.AtMost(TimeSpan.FromMilliseconds(50), _entrance.WaitForExitAsync());
        }
    }

    /// <summary>Where the runtime is, for a program that is not published.</summary>
    internal static string DotnetRoot() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));

    private static byte[] Snapshot(MemoryStream stream)
    {
        lock (stream)
            return stream.ToArray();
    }

    private static async Task Collect(Stream from, MemoryStream into)
    {
        byte[] buffer = new byte[4096];
        int length;
        while ((length = await from.ReadAsync(buffer)) > 0)
        {
            lock (into)
                into.Write(buffer, 0, length);
        }
    }
}
