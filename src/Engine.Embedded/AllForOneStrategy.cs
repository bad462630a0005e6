namespace Rwho.Engine;

/// <summary>Acts on all children when one fails: for those that only work together.</summary>
public sealed class AllForOneStrategy : SupervisorStrategy
{
    /// <summary>With a limit on restarts.</summary>
    /// <param name="maxNrOfRetries">Restarts before all are stopped; null for no limit, 0 for none at all.</param>
    /// <param name="withinTimeRange">The window in which they are counted; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public AllForOneStrategy(
        int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>With limits as plain numbers: negative is none.</summary>
    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider,
        bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, new FunctionDecider(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Without limits.</summary>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>Without limits.</summary>
    public AllForOneStrategy(IDecider decider)
        : base(-1, -1, decider, loggingEnabled: true)
    {
    }

    private protected override void Restart(ActorCell supervisor, ChildStats failed, Exception cause)
    {
        var all = supervisor.Children.AllStats();
        if (!all.All(child => MayRestart(supervisor, child)))
        {
            Stop(supervisor, failed);
            return;
        }

        foreach (var child in all)
        {
            if (child != failed)
                child.Child.SendSystem(new SuspendMessage());
            child.Child.SendSystem(new RecreateMessage(cause));
        }
    }

    private protected override void Stop(ActorCell supervisor, ChildStats failed)
    {
        foreach (var child in supervisor.Children.AllStats())
            supervisor.Stop(child.Child);
    }
}
