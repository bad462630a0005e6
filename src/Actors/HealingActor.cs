namespace Rwho.Actors;

/// <summary>
/// An actor that rests after a failure before it goes on, so that a fault that comes back at once costs no more than a
/// restart now and then. What arrives while it rests is dropped, but for what <see cref="Resting"/> takes.
/// </summary>
public abstract class HealingActor : ReceiveActor, IWithTimers
{
    private readonly Backoff backoff;

    /// <param name="backoff">Outlives the instance: it belongs to the factory, which makes the next one.</param>
    protected HealingActor(Backoff backoff) => this.backoff = backoff;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The work itself: at the start, and again after each rest.</summary>
    protected abstract void Begin();

    /// <summary>Receives what must not be lost while the actor rests.</summary>
    protected virtual void Resting()
    {
    }

    protected override void PreStart() => Begin();

    protected override void PostRestart(Exception reason)
    {
        Become(() =>
        {
            Receive<Rested>(_ => Begin());
            Resting();
            Receive<object>(_ => { });
        });
        Timers.StartSingleTimer(nameof(Rested), Rested.Instance, backoff.Next());
    }

    private sealed record Rested
    {
        public static readonly Rested Instance = new();
    }
}
