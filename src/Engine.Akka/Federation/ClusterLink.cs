using System.Collections.Immutable;
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
    private readonly Task begun;
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystem? system;
    private IActorRef gateway = ActorRefs.Nobody;
    private int state; // 0 on, 1 over

    private ClusterLink(ClusterSettings settings, Action<LinkEvent> tell)
    {
        (this.settings, this.tell) = (settings, tell);
        begun = Task.Run(Begin);
    }

    /// <summary>Completes when nothing of it is left.</summary>
    public Task WhenLeft => left.Task;

    /// <summary>Where it listens, once it does; null before.</summary>
    public string? Local { get; private set; }

    /// <summary>Joins in the background.</summary>
    /// <param name="tell">
    /// Called on any thread; must not block or throw. After <see cref="LinkEvent.Ended"/>, and after
    /// <see cref="Dispose"/>, it is not called again.
    /// </param>
    public static ClusterLink Join(ClusterSettings settings, Action<LinkEvent> tell)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(tell);
        return new ClusterLink(settings, tell);
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
            system = ActorSystems.Create(
                ClusterSettings.SystemName,
                new EngineSettings
                {
                    Logger = new QuietLogger(settings.Logger, TimeProvider.System),
                    Overrides = ClusterConfiguration.For(settings),
                },
                parts);
            var cluster = Cluster.Get(system);
            Local = ClusterGateway.NameOf(cluster.SelfAddress);
            var seeds = settings.Seeds.Select(seed => AddressOf(cluster, seed)).ToImmutableArray();
            gateway = system.ActorOf(
                Spawn.Of(() => new ClusterGateway(settings, seeds, Tell)), ClusterGateway.Name);
            cluster.RegisterOnMemberRemoved(() => End("the others had given this gateway up"));
            _ = system.WhenTerminated.ContinueWith(
                _ => End(WhyEnded(system)), CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
            if (seeds.IsEmpty) cluster.Join(cluster.SelfAddress);
            else cluster.JoinSeedNodes(seeds);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            End(Innermost(failure).Message);
        }
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
        if (system is null) await begun.ConfigureAwait(false);
        if (system is { } ending)
        {
            if (isMember)
            {
                var inOrder = CoordinatedShutdown.Get(ending).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
                await Task.WhenAny(inOrder, Task.Delay(settings.LeaveTime)).ConfigureAwait(false);
            }

            await Task.WhenAny(ending.Terminate(), Task.Delay(settings.LeaveTime)).ConfigureAwait(false);
        }

        left.TrySetResult();
    }

    // Akka.NET ends the system of who dials another one whose certificate it refuses, or that refuses its own.
    private static string WhyEnded(ActorSystem system)
    {
        const int HandshakeFailed = 79;
        return CoordinatedShutdown.Get(system).ShutdownReason?.ExitCode == HandshakeFailed
            ? "a gateway that it called and this one did not accept each other's certificates (see above, or the log "
                + "there)"
            : "its actor system ended";
    }

    private static Exception Innermost(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Innermost(first),
        { InnerException: { } inner } => Innermost(inner),
        _ => failure,
    };
}
