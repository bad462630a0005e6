namespace Rwho.Engine;

/// <summary>Acts on the failed child alone.</summary>
public sealed class OneForOneStrategy : SupervisorStrategy
{
    /// <summary>With a limit on restarts.</summary>
    /// <param name="maxNrOfRetries">Restarts before the child is stopped; null for no limit, 0 for none at all.</param>
    /// <param name="withinTimeRange">The window in which they are counted; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(
        int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>With limits as plain numbers: negative is none.</summary>
    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider,
        bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, new FunctionDecider(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Without limits.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>Without limits.</summary>
    public OneForOneStrategy(IDecider decider)
        : base(-1, -1, decider, loggingEnabled: true)
    {
    }

    private protected override void Restart(ActorCell supervisor, ChildStats failed, Exception cause)
    {
        if (MayRestart(supervisor, failed))
            failed.Child.SendSystem(new RecreateMessage(cause));
        else
            supervisor.Stop(failed.Child);
    }

    private protected override void Stop(ActorCell supervisor, ChildStats failed) => supervisor.Stop(failed.Child);
}
