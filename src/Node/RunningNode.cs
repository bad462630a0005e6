using Rwho.Actors;

namespace Rwho.Node;

/// <summary>A node in an actor system of its own.</summary>
public sealed class RunningNode
{
    private readonly NodeParts node;
    private readonly ActorSystem system;
    private readonly IActorRef root;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="tell">Called on the node's threads with what happens to it; must not block or throw.</param>
    public RunningNode(NodeParts node, Action<NodeEvent> tell)
    {
        this.node = node;
        system = ActorSystem.Create("rwhod", new EngineSettings
        {
            Logger = node.Log,
            GuardianStrategy = new OneForOneStrategy(_ => Directive.Escalate), // nothing above the root can heal it
        });
        _ = system.WhenTerminated.ContinueWith(
            _ => TellWhy(tell), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        root = system.ActorOf(Spawn.Of(() => new RwhoActor(node, told =>
        {
            if (told is NodeEvent.Stopped) stopped.TrySetResult();
            tell(told);
        })), "rwho");
    }

    private void TellWhy(Action<NodeEvent> tell)
    {
        stopped.TrySetResult();
        if (system.TerminationCause is { } cause) tell(new NodeEvent.Lost("rwho", cause.Message));
    }

    /// <summary>Asks the node for a sign of life, an <see cref="NodeEvent.Alive"/>.</summary>
    public void Probe() => root.Tell(NodeProtocol.Probe.Instance);

    /// <summary>What it did so far, in words.</summary>
    public string Summary()
    {
        var counters = node.Counters;
        return $"hosts {node.Board.Rows.Length}, datagrams sent {counters.SentCount}, taken {counters.ValidCount}, "
            + $"refused {counters.RejectedCount}, files written {counters.SpooledCount}";
    }

    /// <summary>Stops in order: the spool gets what it does not have yet. False when that took too long.</summary>
    public async Task<bool> StopAsync(TimeSpan atMost)
    {
        root.Tell(NodeProtocol.Stop.Instance);
        var inTime = await Task.WhenAny(stopped.Task, Task.Delay(atMost)).ConfigureAwait(false) == stopped.Task;
        var gone = Task.WhenAll(system.Terminate(), node.Federation?.WhenLeft ?? Task.CompletedTask);
        await Task.WhenAny(gone, Task.Delay(atMost)).ConfigureAwait(false);
        return inTime && system.WhenTerminated.IsCompleted;
    }
}
