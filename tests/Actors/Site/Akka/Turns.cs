using Akka.Configuration;
using Akka.Dispatch;
using Microsoft.Extensions.Logging;
using Rwho.Tests.Engine;

namespace Rwho.Tests.Actors;

/// <summary>
/// What a scene runs on: Akka.NET with its test kit's scheduler, all actors on one thread, in an order that a seed
/// decides.
/// </summary>
internal sealed class Turns(int seed, DateTimeOffset start)
{
    private const int TurnsPerRun = 1_000_000;

    private const string Dispatcher =
        "type = \"Rwho.Tests.Actors.TurnsDispatcher+Maker, Rwho.Tests.Actors\", throughput = 1";

    private static readonly Config OneThread = ConfigurationFactory.ParseString($$"""
        akka.actor {
          default-dispatcher { {{Dispatcher}} }
          internal-dispatcher { {{Dispatcher}} }
        }
        """).WithFallback(TestKitConfiguration.VirtualTime);

    private readonly List<IRunnable> runnable = [];
    private readonly List<SteppedScheduler> schedulers = [];
    private readonly Random random = new(seed);
    private readonly Clock clock = new(start);

    public TimeProvider Time => clock;

    public ActorSystem CreateSystem(ILogger logger)
    {
        var settings = new EngineSettings { Logger = logger, Overrides = OneThread };
        var system = TurnsDispatcher.Create(runnable, () => ActorSystem.Create("test", settings));
        schedulers.Add((SteppedScheduler)system.Scheduler);
        return system;
    }

    /// <summary>Moves the clock of all systems from one timer to the next.</summary>
    public void Advance(TimeSpan by)
    {
        Settle();
        var left = by;
        while (UntilNext is { } next && next <= left)
        {
            Step(next);
            Settle();
            left -= next;
        }

        Step(left);
        Settle();
    }

    private TimeSpan? UntilNext =>
        new[] { schedulers.Min(scheduler => scheduler.UntilNext), clock.UntilNext }.Min();

    /// <summary>Gives all actors their turns.</summary>
    public void Settle()
    {
        for (var turns = 0; runnable.Count > 0; turns++)
        {
            Assert.True(turns < TurnsPerRun, "the actors keep each other busy");
            var index = random.Next(runnable.Count);
            var next = runnable[index];
            runnable[index] = runnable[^1];
            runnable.RemoveAt(runnable.Count - 1);
            next.Run();
        }
    }

    private void Step(TimeSpan by)
    {
        clock.Move(by);
        foreach (var scheduler in schedulers) scheduler.Behind = by;
        foreach (var scheduler in schedulers) scheduler.Step(by);
        clock.FireWhatIsDue();
    }

    private sealed class Clock(DateTimeOffset start) : TimeProvider
    {
        private readonly PriorityQueue<Shot, TimeSpan> shots = new();
        private TimeSpan elapsed;

        public TimeSpan? UntilNext => shots.TryPeek(out _, out var due) ? due - elapsed : null;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => start + elapsed;

        public void Move(TimeSpan by) => elapsed += by;

        /// <summary>A timer that fires once; scenes need no other.</summary>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            var shot = new Shot(() => callback(state));
            shots.Enqueue(shot, elapsed + dueTime);
            return shot;
        }

        public void FireWhatIsDue()
        {
            while (shots.TryPeek(out var shot, out var due) && due <= elapsed)
            {
                shots.Dequeue();
                shot.Fire();
            }
        }

        private sealed class Shot(Action fire) : ITimer
        {
            private bool isDisposed;

            public void Fire()
            {
                if (!isDisposed) fire();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

            public void Dispose() => isDisposed = true;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
