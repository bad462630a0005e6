using Akka.Actor.Internal;

namespace Rwho.Engine;

/// <summary>
/// Names the strategy of the supervisor of top-level actors: Akka.NET takes it by the name of a type.
/// </summary>
public sealed class Guardian : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => new Strategy();

    /// <summary>Does as the strategy in the system's settings, and keeps the failure that ends the system.</summary>
    private sealed class Strategy : OneForOneStrategy
    {
        public override void ProcessFailure(
            IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats,
            IReadOnlyCollection<ChildRestartStats> children) =>
            Chosen(context.System).ProcessFailure(context, restart, child, cause, stats, children);

        protected override Directive Handle(IActorRef child, Exception exception) =>
            Chosen(((ActorRefWithCell)child).Underlying.System).Decider.Decide(exception);

        protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
        {
            base.LogFailure(context, child, cause, directive);
            if (directive == Directive.Escalate && EngineSetup.Of(context.System) is { } setup)
                setup.TerminationCause = cause;
        }

        private static SupervisorStrategy Chosen(ActorSystem system) =>
            EngineSetup.Of(system)?.Settings.GuardianStrategy ?? DefaultStrategy;
    }
}
