namespace Rwho.Engine;

/// <summary>What a supervisor does about failing children; the rules and limits are Akka.NET's.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops what cannot start, was killed, or lost whom it depends on; restarts anything else.</summary>
    public static readonly IDecider DefaultDecider = new FunctionDecider(cause => cause switch
    {
        ActorInitializationException or ActorKilledException or DeathPactException => Directive.Stop,
        _ => Directive.Restart,
    });

    /// <summary>One for one, by <see cref="DefaultDecider"/>, without limits.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops a child at its first failure.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    private readonly bool _loggingEnabled;

    private protected SupervisorStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        _loggingEnabled = loggingEnabled;
    }

    /// <summary>Restarts of a child before it is stopped instead; negative: no limit.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>The window in which restarts are counted; not positive: for ever.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    /// <summary>Chooses the directive.</summary>
    public IDecider Decider { get; }

    /// <summary>Acts on a failure; false when the supervisor is to fail in the child's place.</summary>
    internal bool HandleFailure(ActorCell supervisor, ChildStats failed, Exception cause)
    {
        var directive = Decider.Decide(cause);
        if (_loggingEnabled)
            LogFailure(supervisor, failed.Child.Path, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                failed.Child.SendSystem(new ResumeMessage(cause));
                return true;
            case Directive.Restart:
                Restart(supervisor, failed, cause);
                return true;
            case Directive.Stop:
                Stop(supervisor, failed);
                return true;
            default:
                return false;
        }
    }

    private protected abstract void Restart(ActorCell supervisor, ChildStats failed, Exception cause);

    private protected abstract void Stop(ActorCell supervisor, ChildStats failed);

    private protected bool MayRestart(ActorCell supervisor, ChildStats child) =>
        child.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds, supervisor.System.Time);

    private protected static int Milliseconds(TimeSpan? withinTimeRange) =>
        (int)(withinTimeRange ?? Timeout.InfiniteTimeSpan).TotalMilliseconds;

    private static void LogFailure(ActorCell supervisor, ActorPath child, Exception cause, Directive directive)
    {
        var logger = supervisor.System.Logger;
        var reason = (cause is ActorInitializationException { InnerException: { } inner } ? inner : cause).Message;
        switch (directive)
        {
            case Directive.Resume:
                logger.ActorResumes(cause, child, reason);
                break;
            case Directive.Restart:
                logger.ActorRestarts(cause, child, reason);
                break;
            case Directive.Stop:
                logger.ActorStops(cause, child, reason);
                break;
        }
    }
}
