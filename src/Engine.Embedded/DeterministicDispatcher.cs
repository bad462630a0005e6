namespace Rwho.Engine;

/// <summary>
/// Runs any number of actor systems on the calling thread, one message a turn. The seed decides which of the actors
/// that have something to do goes next: the same seed gives the same run. Not thread-safe.
/// </summary>
public sealed class DeterministicDispatcher : Dispatcher
{
    private readonly List<Mailbox> _runnable = [];
    private readonly int _seed;
    private ulong _random;
    private bool _running;

    /// <summary>A dispatcher with a clock of its own, or one that others share.</summary>
    public DeterministicDispatcher(int seed, VirtualTime? time = null)
    {
        _seed = seed;
        _random = (uint)seed;
        Clock = time ?? new VirtualTime();
    }

    /// <summary>The clock that <see cref="Advance"/> moves.</summary>
    public VirtualTime Clock { get; }

    /// <inheritdoc/>
    public override TimeProvider Time => Clock;

    /// <summary>Messages delivered so far.</summary>
    public long Deliveries { get; private set; }

    /// <summary>
    /// Turns that <see cref="RunUntilIdle"/> grants before it gives up on actors that keep each other busy.
    /// </summary>
    public long TurnsPerRun { get; init; } = 1_000_000_000;

    /// <summary>Called with receiver, message and sender before each message is handled.</summary>
    public Action<IActorRef, object, IActorRef>? OnDelivery
    {
        get => Delivering;
        set => Delivering = value;
    }

    internal override int Throughput => 1;

    /// <summary>Runs until no actor has anything to do at this time.</summary>
    /// <exception cref="InvalidOperationException">Called by an actor, or the turns are used up.</exception>
    public void RunUntilIdle()
    {
        if (_running)
            throw new InvalidOperationException("An actor cannot run its own dispatcher.");
        _running = true;
        try
        {
            for (var turns = TurnsPerRun; _runnable.Count > 0; turns--)
            {
                if (turns == 0)
                    throw new InvalidOperationException($"Not idle after {TurnsPerRun} turns (seed {_seed}).");
                Deliveries += TakeNext().Run(limit: 1);
            }
        }
        finally
        {
            _running = false;
        }
    }

    /// <summary>
    /// Runs until idle, then moves the clock on: all timers of an instant fire, then actors run until idle.
    /// </summary>
    /// <param name="by">Not negative.</param>
    public void Advance(TimeSpan by)
    {
        RunUntilIdle();
        Clock.Advance(by, RunUntilIdle);
    }

    internal override void Schedule(Mailbox mailbox) => _runnable.Add(mailbox);

    private Mailbox TakeNext()
    {
        var last = _runnable.Count - 1;
        var index = last == 0 ? 0 : Random(_runnable.Count);
        var next = _runnable[index];
        _runnable[index] = _runnable[last];
        _runnable.RemoveAt(last);
        return next;
    }

    /// <summary>
    /// Below <paramref name="count"/>, by SplitMix64, so that a seed means the same on every runtime.
    /// </summary>
    private int Random(int count)
    {
        _random += 0x9E3779B97F4A7C15;
        var mixed = _random;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (int)Math.BigMul(mixed, (uint)count, out _);
    }
}
