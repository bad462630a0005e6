using System.Runtime.InteropServices;

namespace Rwho.Node;

/// <summary>Ctrl-C, SIGTERM, and a terminal that is closed: a command that runs on ends in order.</summary>
internal sealed class EndSignals : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly PosixSignalRegistration[] registrations;

    public EndSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, End),
    ];

    public CancellationToken Token => ended.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        ended.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        ended.Cancel();
    }
}
