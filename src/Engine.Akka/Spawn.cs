namespace Rwho.Engine;

/// <summary>
/// Recipes for actors. Akka.NET's own evaluate the constructor's arguments once; these call a factory at every
/// restart, so that a fresh actor gets fresh parts.
/// </summary>
public static class Spawn
{
    /// <summary>
    /// Props of an actor that <paramref name="factory"/> makes: once at its start, again at each restart.
    /// </summary>
    public static Props Of<T>(Func<T> factory)
        where T : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Props.CreateBy(new Producer<T>(factory));
    }

    private sealed class Producer<T>(Func<T> factory) : IIndirectActorProducer
        where T : ActorBase
    {
        private IActorRef? made;

        public Type ActorType => typeof(T);

        public ActorBase Produce()
        {
            var context = Running.Cell;
            if (context.Self.Equals(made) && EngineSetup.Of(context.System) is { } setup)
                setup.Settings.Logger.ActorStartsAgain(made.Path);
            made = context.Self;
            return factory();
        }

        public void Release(ActorBase actor)
        {
            // The actor's cell disposes of it.
        }
    }

    /// <summary>Shows which actor is being made.</summary>
    private abstract class Running : ActorBase
    {
        public static IActorContext Cell => Context;
    }
}
