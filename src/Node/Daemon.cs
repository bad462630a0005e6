using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rwho.Actors;
using Rwho.Actors.Udp;
using Rwho.Node.Federation;
using Rwho.Node.Linux;
using Rwho.Node.Query;
using Rwho.Node.Recording;
using Rwho.Node.Spool;
using Rwho.Node.Udp;

namespace Rwho.Node;

/// <summary>The daemon from its start to its end: one node, signals, the service manager.</summary>
public sealed class Daemon : IDisposable
{
    /// <summary>How long the node may take to stop before the process ends without it.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly Func<DaemonPlan> plan;
    private readonly ILogger log;
    private readonly Systemd systemd = Systemd.FromEnvironment();
    private readonly Channel<object> events = Channel.CreateUnbounded<object>();
    private readonly List<IDisposable> registrations = [];
    private readonly Recordings recordings;
    private int life;

    /// <param name="plan">Reads the configuration; again at each SIGHUP.</param>
    public Daemon(Func<DaemonPlan> plan, ILoggerFactory logs)
    {
        this.plan = plan;
        log = new PrintableLog(logs.CreateLogger("rwhod"));
        recordings = new Recordings(TimeProvider.System, log);
    }

    /// <summary>Runs until told to stop; the exit status.</summary>
    /// <exception cref="ExitException">It cannot start, or a part of it is lost.</exception>
    public async Task<int> RunAsync(Action ready)
    {
        var next = plan();
        next.PrepareSpool();
        Watch();
        var current = await StartAsync(next, ready).ConfigureAwait(false);
        while (true)
        {
            var before = next;
            next = await UntilReloadAsync(current, before).ConfigureAwait(false);
            await StopAsync(current).ConfigureAwait(false);
            if (next is null) return ExitStatus.Ok;
            try
            {
                current = await StartAsync(next, () => { }).ConfigureAwait(false);
            }
            catch (ExitException wrong)
            {
                log.NotReloaded(wrong.Message, before.Settings.Name);
                next = before;
                current = await StartAsync(next, () => { }).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        recordings.Dispose();
    }

    private void Watch()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                events.Writer.TryWrite(context.Signal);
            }));
        }
    }

    private async Task<RunningNode> StartAsync(DaemonPlan next, Action ready)
    {
        log.Starting(next.Settings.Name, next.SpoolPath);
        try
        {
            var running = await UntilReadyAsync(next, recordings.Begin(next.RecordPath, new UdpTransport()), ready)
                .ConfigureAwait(false);
            recordings.Keep();
            return running;
        }
        catch (ExitException)
        {
            recordings.Discard();
            throw;
        }
    }

    private async Task<RunningNode> UntilReadyAsync(DaemonPlan next, IUdpTransport udp, Action ready)
    {
        var node = new NodeParts(
            next.Settings, udp, new LinuxNetworkProbe(), new LinuxHostProbe(),
            new SpoolDirectory(next.SpoolPath), new QueryTransport(), new NameResolver(), BootClock.Instance,
            log)
        {
            Federation = next.Federation is { } federation ? FederationTransports.Create(federation, log) : null,
        };
        var hangUp = false;
        var mine = ++life;
        var running = new RunningNode(node, told => events.Writer.TryWrite(new Told(mine, told)));
        await foreach (var happened in events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            switch (Fresh(happened))
            {
                case NodeEvent.Ready:
                    ready();
                    systemd.Ready();
                    if (hangUp) events.Writer.TryWrite(PosixSignal.SIGHUP);
                    return running;
                case NodeEvent.BindFailed failed:
                    await running.StopAsync(StopTime).ConfigureAwait(false);
                    throw CannotBind(failed);
                case NodeEvent.ListenFailed failed:
                    await running.StopAsync(StopTime).ConfigureAwait(false);
                    throw CannotListen(failed);
                case NodeEvent.Lost lost:
                    throw Lost(lost);
                case PosixSignal.SIGHUP:
                    hangUp = true;
                    break;
                case PosixSignal:
                    events.Writer.TryWrite(happened);
                    return running;
            }
        }

        throw new InvalidOperationException("the events ended before the node");
    }

    /// <summary>Waits for a reason to stop the node; answers what to run next, or null to end.</summary>
    private async Task<DaemonPlan?> UntilReloadAsync(RunningNode running, DaemonPlan current)
    {
        using var watchdog = StartWatchdog(running);
        await foreach (var happened in events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            switch (Fresh(happened))
            {
                case PosixSignal.SIGHUP:
                    if (TryReload(current) is { } reloaded) return reloaded;
                    break;
                case PosixSignal signal:
                    log.Stopping(signal, running.Summary());
                    systemd.Stopping();
                    return null;
                case NodeEvent.Alive:
                    systemd.Alive();
                    break;
                case NodeEvent.Lost lost:
                    throw Lost(lost);
            }
        }

        throw new InvalidOperationException("the events ended before the node");
    }

    private DaemonPlan? TryReload(DaemonPlan current)
    {
        try
        {
            var next = plan();
            if (next.SpoolPath != current.SpoolPath) next.PrepareSpool();
            log.Reloaded();
            return next;
        }
        catch (ExitException wrong)
        {
            log.NotReloaded(wrong.Message, current.Settings.Name);
            return null;
        }
    }

    // What an earlier node still has to say is of no interest any more.
    private object? Fresh(object happened) =>
        happened is not Told told ? happened : told.Life == life ? told.Event : null;

    private async Task StopAsync(RunningNode running)
    {
        if (!await running.StopAsync(StopTime).ConfigureAwait(false)) log.StopOverdue(StopTime.TotalSeconds);
    }

    // The node itself answers, so that a node that hangs is seen to hang.
    private Timer? StartWatchdog(RunningNode running) => systemd.WatchdogTimeout is { } timeout
        ? new Timer(_ => running.Probe(), null, Half(timeout), Half(timeout))
        : null;

    // More often than asked for does no harm; a timer takes no more than 49 days.
    private static TimeSpan Half(TimeSpan timeout) =>
        TimeSpan.FromTicks(Math.Min(timeout.Ticks / 2, TimeSpan.TicksPerMinute));

    private static ExitException CannotBind(NodeEvent.BindFailed failed) => failed.Error switch
    {
        SocketError.AddressAlreadyInUse => new ExitException(ExitStatus.InputOutput,
            $"UDP port {failed.Local.Port} is taken: is another rwhod running? "
            + $"(ss -ulpn 'sport = :{failed.Local.Port}')"),
        SocketError.AccessDenied => new ExitException(ExitStatus.NotPermitted,
            $"UDP port {failed.Local.Port} is not permitted: start as root, or use --port with one above 1023"),
        _ => new ExitException(ExitStatus.InputOutput, $"cannot bind {failed.Local}: {failed.Error}"),
    };

    private static ExitException CannotListen(NodeEvent.ListenFailed failed)
    {
        var option = failed.Endpoint.Path is null ? "--query" : "--query-socket";
        return failed.Error switch
        {
            SocketError.AddressAlreadyInUse => new ExitException(ExitStatus.InputOutput,
                failed.Endpoint.Path is null
                    ? $"{failed.Endpoint} is taken: is another rwhod running? Choose another with {option}, or none"
                    : $"cannot answer clients: {failed.Reason}; choose another path with {option}, or none"),
            SocketError.AccessDenied => new ExitException(ExitStatus.NotPermitted,
                $"cannot answer clients at {failed.Endpoint}: not permitted; choose another with {option}, or none"),
            _ => new ExitException(ExitStatus.InputOutput,
                $"cannot answer clients at {failed.Endpoint}: {failed.Reason}; choose another with {option}, or none"),
        };
    }

    private static ExitException Lost(NodeEvent.Lost lost) =>
        new(ExitStatus.Software, $"the node lost its part {lost.Part} and cannot go on: {lost.Reason};"
            + " please report this with the log above");

    /// <param name="Life">Which node told it: each reload begins another one.</param>
    private sealed record Told(int Life, NodeEvent Event);
}
