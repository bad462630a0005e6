using System.Runtime.InteropServices;

namespace Rwho.Node;

/// <summary>
/// Ctrl-C, SIGTERM, and a terminal that is closed: a command that runs on ends in order. Where that takes too long,
/// because nobody takes its output or for another reason, a second Ctrl-C or SIGTERM ends the process at once.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly PosixSignalRegistration[] registrations;
    private int asked;

    public EndSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, End),
    ];

    public CancellationToken Token => ended.Token;

    /// <summary>What is left to undo when the process ends at once. It must not wait.</summary>
    public Action? Abandoning { get; set; }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        ended.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        var isSecond = Interlocked.Exchange(ref asked, 1) == 1;
        if (isSecond && context.Signal != PosixSignal.SIGHUP)
        {
            Abandoning?.Invoke();
            return;
        }

        context.Cancel = true;
        if (!isSecond) ended.Cancel();
    }
}
