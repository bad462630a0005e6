using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.TestKit;

namespace Rwho.Tests.Engine;

/// <summary>
/// Akka.TestKit's scheduler, which goes from one due time to the next: that one's own Advance goes to the end at once,
/// so that a periodic timer fires once, and whoever reads a clock meanwhile reads the end's.
/// </summary>
public sealed class SteppedScheduler(Config config, ILoggingAdapter log)
    : TestScheduler(config, log), IScheduler, IAdvancedScheduler
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly PriorityQueue<Due, long> queue = new();
    private readonly Lock guard = new();
    private bool firing;

    IAdvancedScheduler IScheduler.Advanced => this;

    /// <summary>
    /// How far its time lags, until its next step, while schedulers of one scene take theirs in turn.
    /// </summary>
    public TimeSpan Behind { get; set; }

    /// <summary>How long until the next timer is due; null if there is none.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (guard)
            {
                while (queue.TryPeek(out var due, out var ticks))
                {
                    if (due.Cancelable?.IsCancellationRequested != true)
                        return TimeSpan.FromTicks(Math.Max(0, ticks - Now.UtcTicks));
                    queue.Dequeue();
                }

                return null;
            }
        }
    }

    /// <summary>Goes on by this much, which is no further than the next timer's time, and fires what is due.</summary>
    public void Step(TimeSpan by)
    {
        lock (guard)
        {
            var now = (Now + by).UtcTicks;
            while (queue.TryPeek(out var due, out var ticks) && ticks <= now)
            {
                queue.Dequeue();
                if (due.Interval > TimeSpan.Zero && due.Cancelable?.IsCancellationRequested != true)
                    queue.Enqueue(due, now + due.Interval.Ticks);
            }
        }

        Behind = TimeSpan.Zero;
        firing = true;
        try
        {
            Advance(by);
        }
        finally
        {
            firing = false;
        }
    }

    void ITellScheduler.ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(Noted(delay), receiver, message, sender, null);

    void ITellScheduler.ScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        ScheduleTellOnce(Noted(delay, cancelable), receiver, message, sender, cancelable);

    void ITellScheduler.ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(Noted(initialDelay, null, interval), interval, receiver, message, sender, null);

    void ITellScheduler.ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable) => ScheduleTellRepeatedly(
            Noted(initialDelay, cancelable, interval), interval, receiver, message, sender, cancelable);

    void IActionScheduler.ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(Noted(delay), action);

    void IActionScheduler.ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        ScheduleOnce(Noted(delay, cancelable), Unless(cancelable, action));

    void IActionScheduler.ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(Noted(initialDelay, null, interval), interval, action);

    void IActionScheduler.ScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        ScheduleRepeatedly(Noted(initialDelay, cancelable, interval), interval, action, cancelable);

    void IRunnableScheduler.ScheduleOnce(TimeSpan delay, IRunnable action) => ScheduleOnce(Noted(delay), action.Run);

    void IRunnableScheduler.ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        ScheduleOnce(Noted(delay, cancelable), Unless(cancelable, action.Run));

    void IRunnableScheduler.ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) =>
        ScheduleRepeatedly(Noted(initialDelay, null, interval), interval, action.Run);

    void IRunnableScheduler.ScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        ScheduleRepeatedly(Noted(initialDelay, cancelable, interval), interval, action.Run, cancelable);

    /// <summary>TestScheduler forgets that an action may be cancelled.</summary>
    private static Action Unless(ICancelable cancelable, Action action) => () =>
    {
        if (!cancelable.IsCancellationRequested)
            action();
    };

    /// <summary>Keeps the due time. TestScheduler loses what is scheduled for the very instant that it fires.</summary>
    private TimeSpan Noted(TimeSpan delay, ICancelable? cancelable = null, TimeSpan interval = default)
    {
        var due = firing && delay < Tick ? Tick : delay + Behind;
        lock (guard)
            queue.Enqueue(new Due(interval, cancelable), (Now + due).UtcTicks);
        return due;
    }

    private sealed record Due(TimeSpan Interval, ICancelable? Cancelable);
}
