using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rwho.Engine;

/// <summary>What an actor system runs on.</summary>
public sealed class EngineSettings
{
    /// <summary>Gives the actors their turns: the thread pool, or one thread with a seed.</summary>
    public Dispatcher Dispatcher { get; init; } = Dispatcher.ThreadPool;

    /// <summary>The clock of timers, retry windows and ask timeouts; null for the dispatcher's own.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>Failures, each once, and for debugging dead letters and unhandled messages.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What happens to a top-level actor that fails. An escalation ends the system.</summary>
    public SupervisorStrategy GuardianStrategy { get; init; } = SupervisorStrategy.DefaultStrategy;

    /// <summary>Sees each dead letter, on any thread; must not throw.</summary>
    public Action<DeadLetter>? OnDeadLetter { get; init; }
}
