using Microsoft.Extensions.Logging;

namespace Rwho.Tests.Actors;

/// <summary>
/// What a scene runs on: the embedded engine's dispatcher of one thread, in an order that a seed decides.
/// </summary>
internal sealed class Turns(int seed, DateTimeOffset start)
{
    private readonly DeterministicDispatcher dispatcher = new(seed, new VirtualTime(start))
    {
        TurnsPerRun = 1_000_000,
    };

    public TimeProvider Time => dispatcher.Clock;

    public ActorSystem CreateSystem(ILogger logger) =>
        ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher, Logger = logger });

    /// <summary>Moves the clock of all systems from one timer to the next.</summary>
    public void Advance(TimeSpan by) => dispatcher.Advance(by);

    /// <summary>Gives all actors their turns.</summary>
    public void Settle() => dispatcher.RunUntilIdle();
}
