namespace Rwho.Actors;

/// <summary>
/// An actor that rests after a failure before it goes on, so that a fault that comes back at once costs no more than a
/// restart now and then. What arrives while it rests is dropped, but for what <see cref="Resting"/> takes.
/// </summary>
/// <remarks>
/// It begins by a message to itself, at the start too: who fails in PreStart is made anew at once, without a rest and
/// without PostStop, so that its socket would stay open.
/// </remarks>
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

    protected override void PreStart()
    {
        Become(Waiting);
        Self.Tell(GoOn.Instance);
    }

    protected override void PostRestart(Exception reason)
    {
        Become(Waiting);
        Timers.StartSingleTimer(nameof(GoOn), GoOn.Instance, backoff.Next());
    }

    private void Waiting()
    {
        Receive<GoOn>(_ => Begin());
        Resting();
        Receive<object>(_ => { });
    }

    private sealed record GoOn
    {
        public static readonly GoOn Instance = new();
    }
}
