using System.Threading.Channels;

namespace Rwho.Tests.Engine;

/// <summary>What a test of the engine's semantics runs on: the seam between one suite and several engines.</summary>
public abstract class Stage : IAsyncDisposable
{
    /// <summary>For what has to happen; so generous that only a hang exceeds it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _probes;

    /// <summary>The system that most tests need no other beside.</summary>
    public abstract ActorSystem System { get; }

    /// <summary>Whether everything is done when <see cref="Run"/> returns, so that nothing comes later.</summary>
    public abstract bool IsSynchronous { get; }

    protected Journal Journal { get; } = new();

    /// <summary>A system beside the stage's own, on the same dispatcher, clock, log and list of dead letters.</summary>
    public abstract ActorSystem NewSystem(string name, SupervisorStrategy? guardianStrategy = null);

    public Probe NewProbe()
    {
        var received = Channel.CreateUnbounded<object>();
        var name = $"probe{Interlocked.Increment(ref _probes)}";
        return new Probe(this, System.ActorOf(Spawn.Of(() => new Probe.Recorder(received.Writer)), name), received);
    }

    /// <summary>Gives all actors their turns, where that does not happen by itself.</summary>
    public abstract void Run();

    /// <summary>Moves the clock, and gives turns.</summary>
    public abstract void Advance(TimeSpan by);

    /// <summary>Moves the clock while an actor is at work: what timers send waits in its mailbox.</summary>
    public abstract void AdvanceAtWork(TimeSpan by);

    /// <summary>Lets a window pass in which restarts are counted.</summary>
    public abstract Task PassWindow(TimeSpan window);

    /// <summary>What has been logged and lost up to now.</summary>
    public abstract Task<Journal> ReadJournal();

    /// <summary>How the log tells that an actor failed and what its supervisor decided.</summary>
    /// <param name="path">The actor's.</param>
    /// <param name="directive">Restart or Stop.</param>
    /// <param name="reason">The failure's message.</param>
    public abstract string Failure(string path, Directive directive, string reason);

    /// <summary>How the log tells that a hook failed, and that this was ignored.</summary>
    public abstract string HookFailure(string path, string hook, string reason);

    /// <summary>How the log tells that a system ends by a failure.</summary>
    public abstract string SystemFailure(string system, string reason);

    /// <summary>The result of what the actors will complete.</summary>
    public async Task<T> Result<T>(Task<T> task)
    {
        Run();
        return await task.WaitAsync(Patience);
    }

    /// <summary>The completion of what the actors will complete.</summary>
    public async Task Done(Task task)
    {
        Run();
        await task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Done(System.Terminate());
    }
}
