namespace Rwho.Engine;

/// <summary>How to make an actor. Immutable; made by <see cref="Spawn"/>.</summary>
public sealed class Props
{
    internal Props(Func<ActorBase> factory, SupervisorStrategy? supervisorStrategy)
    {
        Factory = factory;
        SupervisorStrategy = supervisorStrategy;
    }

    /// <summary>The strategy that overrides the actor's own for its children, or null.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; }

    internal Func<ActorBase> Factory { get; }

    /// <summary>The same, with another strategy for the actor's children.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(Factory, supervisorStrategy);
}
