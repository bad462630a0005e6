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
        public Type ActorType => typeof(T);

        public ActorBase Produce() => factory();

        public void Release(ActorBase actor)
        {
            // The actor's cell disposes of it.
        }
    }
}
