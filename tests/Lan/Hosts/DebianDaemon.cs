namespace Rwho.Tests.Lan;

/// <summary>
/// Debian's rwhod. It announces at start and every 180 s, reads the interfaces at start only, and runs as two processes
/// of user rwhod, one that hears and one that announces.
/// </summary>
public sealed class DebianDaemon
{
    public const string Program = "/usr/sbin/rwhod";

    private const int Halves = 2;
    private readonly LanHost _host;

    private DebianDaemon(LanHost host) => _host = host;

    public IReadOnlyList<int> Pids => _host.Running(Program);

    public static async Task<DebianDaemon> Start(LanHost host, params string[] options)
    {
        Outcome outcome = await host.Run(Program, options);
        if (outcome.Status != 0)
            throw new InvalidOperationException($"Debian's rwhod on {host.Name}: {outcome}");
        var daemon = new DebianDaemon(host);
        await Eventually.True(
            () => host.IsBound(LanHost.WhoPort) && daemon.Pids.Count == Halves, $"Debian's rwhod on {host.Name}");
        return daemon;
    }

    public async Task Stop()
    {
        foreach (int pid in Pids)
            Kernel.Send(Signal.Kill, pid);
        await Eventually.True(() => Pids.Count == 0 && !_host.IsBound(LanHost.WhoPort), "Debian's rwhod gone");
    }
}
