using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka;
using Akka.Actor.Setup;
using Akka.Cluster;

namespace Rwho.Engine.Federation;

/// <summary>
/// This node among the gateways: a cluster member in an actor system of its own, so that whatever becomes of it is
/// nothing to the node's own actors.
/// </summary>
public sealed class ClusterLink : IDisposable
{
    private readonly ClusterSettings settings;
    private readonly Action<LinkEvent> tell;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ActorSystem? system;
    private volatile IActorRef gateway = ActorRefs.Nobody;
    private int state; // 0 on, 1 over

    private ClusterLink(ClusterSettings settings, Action<LinkEvent> tell) =>
        (this.settings, this.tell) = (settings, tell);

    /// <summary>Completes when nothing of it is left.</summary>
    public Task WhenLeft => left.Task;

    /// <summary>Where it listens, once it does; null before.</summary>
    public string? Local { get; private set; }

    /// <summary>Null before it is made.</summary>
    internal ActorSystem? System => system;

    /// <summary>Joins in the background.</summary>
    /// <param name="tell">
    /// Called on any thread; must not block or throw. After <see cref="LinkEvent.Ended"/>, and after
    /// <see cref="Dispose"/>, it is not called again.
    /// </param>
    public static ClusterLink Join(ClusterSettings settings, Action<LinkEvent> tell)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(tell);
        var link = new ClusterLink(settings, tell);
        _ = Task.Run(link.Begin);
        return link;
    }

    /// <summary>Sends a frame of at most 62,000 bytes; without a word it may be lost.</summary>
    public void Send(string to, byte[] bytes) => gateway.Tell(new ClusterGateway.Send(to, bytes));

    /// <summary>Leaves the cluster, in the background.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref state, 1) == 0) _ = LeaveAsync(isMember: true);
    }

    private void Begin()
    {
        try
        {
            var parts = settings.Certificate is { } certificate ? [certificate.ToSetup()] : Array.Empty<Setup>();
            var made = ActorSystems.Create(
                ClusterSettings.SystemName,
                new EngineSettings
                {
                    Logger = new QuietLogger(settings.Logger, TimeProvider.System),
                    Overrides = ClusterConfiguration.For(settings),
                },
                parts);
            system = made;
            OutliveHandshakes(CoordinatedShutdown.Get(made));
            var cluster = Cluster.Get(made);
            Local = ClusterGateway.NameOf(cluster.SelfAddress);
            var seeds = settings.Seeds.Select(seed => AddressOf(cluster, seed)).ToImmutableArray();
            gateway = made.ActorOf(Spawn.Of(() => new ClusterGateway(settings, seeds, Tell)), ClusterGateway.Name);
            cluster.RegisterOnMemberRemoved(() => End("the others had given this gateway up"));
            _ = made.WhenTerminated.ContinueWith(
                _ => End($"its actor system ended: {made.TerminationCause?.Message ?? "nobody knows why"}"),
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (seeds.IsEmpty) cluster.Join(cluster.SelfAddress);
            else cluster.JoinSeedNodes(seeds);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var reason = Innermost(failure);
            End(reason is SocketException
                ? $"cannot listen at {settings.Host}:{settings.Port}: {reason.Message}"
                : reason.Message);
        }
        finally
        {
            begun.SetResult();
        }
    }

    // Akka.NET would end the system of who dials another one and does not accept its certificate, or is not accepted:
    // one bad certificate among the seeds, and no gateway stays. A phase that fails stops what comes after it.
    private static void OutliveHandshakes(CoordinatedShutdown shutdown)
    {
        const int HandshakeFailed = 79;
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, nameof(OutliveHandshakes), () =>
            shutdown.ShutdownReason?.ExitCode == HandshakeFailed
                ? Task.FromException<Done>(new AuthenticationException("a gateway and this one refused each other"))
                : Task.FromResult(Done.Instance));
    }

    private static Address AddressOf(Cluster cluster, string name) =>
        Address.Parse($"{cluster.SelfAddress.Protocol}://{ClusterSettings.SystemName}@{name}");

    private void Tell(LinkEvent told)
    {
        if (told is LinkEvent.Ended ended) End(ended.Reason);
        else if (Volatile.Read(ref state) == 0) tell(told);
    }

    private void End(string reason)
    {
        if (Interlocked.Exchange(ref state, 1) != 0) return;
        tell(new LinkEvent.Ended(reason));
        _ = LeaveAsync(isMember: false);
    }

    private async Task LeaveAsync(bool isMember)
    {
        try
        {
            await begun.Task.ConfigureAwait(false);
            if (system is not { } ending) return;
            if (isMember)
                await Task.WhenAny(LeaveInOrder(ending), Task.Delay(settings.LeaveTime)).ConfigureAwait(false);
            await Task.WhenAny(ending.Terminate(), Task.Delay(settings.LeaveTime)).ConfigureAwait(false);
        }
        finally
        {
            left.TrySetResult();
        }
    }

    private static async Task LeaveInOrder(ActorSystem ending)
    {
        var shutdown = CoordinatedShutdown.Get(ending);
        if (shutdown.ShutdownReason is null) await shutdown.Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        else await Cluster.Get(ending).LeaveAsync(); // it runs but once
    }

    private static Exception Innermost(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Innermost(first),
        { InnerException: { } inner } => Innermost(inner),
        _ => failure,
    };
}
