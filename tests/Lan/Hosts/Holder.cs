using System.Diagnostics;

namespace Rwho.Tests.Lan;

/// <summary>
/// A process that owns namespaces. It reads a pipe from this process and ends at its end, whatever became of this
/// process; and as it is the first of a process namespace, everything inside ends with it. Nothing is left to sweep up.
/// deploy/lan/host makes it, as it does for everybody who tries a LAN.
/// </summary>
public sealed class Holder : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "host");

    private readonly Process _process;

    private Holder(Process process) => _process = process;

    /// <summary>A process whose network, mount and UTS namespaces are the held ones.</summary>
    public int Pid => _process.Id;

    /// <summary>Makes the namespaces of a host with this name, furnished, and holds them.</summary>
    public static async Task<Holder> Start(string name)
    {
        var start = new ProcessStartInfo("bash", [Script, name])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start bash");
        var holder = new Holder(process);
        if (await process.StandardOutput.ReadLineAsync() == "ready")
            return holder;
        string errors = await process.StandardError.ReadToEndAsync();
        await holder.DisposeAsync();
        throw new InvalidOperationException($"cannot make namespaces for {name}: {errors}");
    }

    /// <summary>The arguments with which nsenter enters the held namespaces.</summary>
    public string[] Entrance =>
    [
        $"--net=/proc/{Pid}/ns/net", $"--uts=/proc/{Pid}/ns/uts", $"--mount=/proc/{Pid}/ns/mnt",
        $"--pid=/proc/{Pid}/ns/pid_for_children",
    ];

    /// <summary>Names the process namespace: equal for the processes inside, and for no other.</summary>
    public string ProcessNamespace => Processes.NamespaceOf(Pid, "pid_for_children");

    /// <summary>
    /// Does something inside the network namespace, on a thread that is never used again. Sockets stay in the namespace
    /// they were made in, so what comes back can be used anywhere.
    /// </summary>
    public Task<T> Inside<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Kernel.EnterNetworkOf(Pid);
                done.SetResult(work());
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                done.SetException(error);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        return done.Task;
    }

    /// <summary>Runs lines of `ip` in the network namespace, all in one process.</summary>
    public async Task Ip(params string[] lines)
    {
        var start = new ProcessStartInfo("nsenter", [$"--net=/proc/{Pid}/ns/net", "ip", "-batch", "-"])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start nsenter");
        await process.StandardInput.WriteLineAsync(string.Join('\n', lines));
        process.StandardInput.Close();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip failed on '{string.Join("; ", lines)}': {errors}");
    }

    public async ValueTask DisposeAsync()
    {
        string inside = ProcessNamespace;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        await Eventually.True(
            () => inside.Length == 0 || !Processes.In(inside).Any(), "every process of the host gone");
        _process.Dispose();
    }
}
