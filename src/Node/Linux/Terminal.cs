using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>The terminal on standard output, and what its keys do to this process.</summary>
internal static unsafe class Terminal
{
    /// <summary>The signal SIGTSTP, of Ctrl-Z.</summary>
    public const PosixSignal Stopping = (PosixSignal)StopSignal;

    /// <summary>The signal SIGCONT.</summary>
    public const PosixSignal Continued = (PosixSignal)18;

    private const int StandardOutput = 1;
    private const int StopSignal = 20;

    /// <summary>Whether this process may write on it; not in the background. True where there is no telling.</summary>
    public static bool IsForeground
    {
        get
        {
            var foreground = Libc.ForegroundGroup(StandardOutput);
            return foreground < 0 || foreground == Libc.ProcessGroup();
        }
    }

    /// <summary>Whether it takes some bytes without making the writer wait.</summary>
    public static bool TakesMore()
    {
        var ready = new Libc.PollEntry { File = StandardOutput, Events = Libc.POLLOUT };
        return Libc.Poll(&ready, 1, 0) == 1 && (ready.Returned & Libc.POLLOUT) != 0;
    }

    /// <summary>
    /// Stops this process as Ctrl-Z does where the signal is not caught; returns once it is continued, and at once
    /// where nobody could continue it.
    /// </summary>
    public static void Stop()
    {
        // An action of all zeros is the default one.
        Libc.SignalAction caught, usual = default;
        if (Libc.SetSignalAction(StopSignal, &usual, &caught) != 0) return;

        // Sent to this very thread, so that it is taken before the call returns.
        _ = Libc.Raise(StopSignal);
        _ = Libc.SetSignalAction(StopSignal, &caught, null);
    }
}
