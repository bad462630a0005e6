using Akka.Configuration;
using Akka.Dispatch;
using Akka.TestKit;

namespace Rwho.Tests.Actors;

/// <summary>
/// Akka.TestKit's calling-thread dispatcher, where the calling thread is the one that gives a scene's actors their
/// turns, not the one that tells them something: nothing happens before.
/// </summary>
internal sealed class TurnsDispatcher(MessageDispatcherConfigurator configurator, List<IRunnable> runnable)
    : CallingThreadDispatcher(configurator)
{
    [ThreadStatic]
    private static List<IRunnable>? s_runnable;

    /// <summary>Makes a system whose actors have their turns when the scene takes them from this list.</summary>
    public static ActorSystem Create(List<IRunnable> runnable, Func<ActorSystem> make)
    {
        s_runnable = runnable;
        try
        {
            return make();
        }
        finally
        {
            s_runnable = null;
        }
    }

    protected override void ExecuteTask(IRunnable run) => runnable.Add(run);

    /// <summary>Made by the name of its type while a system is.</summary>
    internal sealed class Maker : MessageDispatcherConfigurator
    {
        private readonly TurnsDispatcher dispatcher;

        public Maker(Config config, IDispatcherPrerequisites prerequisites)
            : base(config, prerequisites) => dispatcher = new TurnsDispatcher(this, s_runnable!);

        public override MessageDispatcher Dispatcher() => dispatcher;
    }
}
