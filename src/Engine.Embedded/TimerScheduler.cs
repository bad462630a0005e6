namespace Rwho.Engine;

/// <summary>The timers of one instance of an actor.</summary>
internal sealed class TimerScheduler(TimeProvider time, LocalActorRef self) : ITimerScheduler
{
    private readonly Dictionary<object, TimerMessage> _timers = [];
    private bool _ended;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Start(new TimerMessage(self, key, msg, repeats: true), initialDelay, interval);
    }

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(new TimerMessage(self, key, msg, repeats: false), timeout, Timeout.InfiniteTimeSpan);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Handle?.Dispose();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Handle?.Dispose();
        _timers.Clear();
    }

    /// <summary>Cancels all, and starts none any more.</summary>
    internal void End()
    {
        CancelAll();
        _ended = true;
    }

    /// <summary>
    /// Whether a message in the mailbox is of the timer its key has now; a single one is done with that.
    /// </summary>
    internal bool IsDue(TimerMessage timer)
    {
        if (!_timers.TryGetValue(timer.Key, out var current) || current != timer)
            return false;
        if (!timer.Repeats)
            Cancel(timer.Key);
        return true;
    }

    private void Start(TimerMessage timer, TimeSpan due, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(timer.Message);
        ArgumentOutOfRangeException.ThrowIfLessThan(due, TimeSpan.Zero);
        if (_ended)
            return;
        Cancel(timer.Key);
        _timers.Add(timer.Key, timer);
        timer.Handle = time.CreateTimer(TimerMessage.Fire, timer, due, period);
    }
}

/// <summary>One timer, and also what it puts into the mailbox: each timer is told apart from its successors.</summary>
internal sealed class TimerMessage(LocalActorRef receiver, object key, object message, bool repeats)
{
    internal static readonly TimerCallback Fire = static state => ((TimerMessage)state!).Tell();

    internal object Key => key;

    internal object Message => message;

    internal bool Repeats => repeats;

    internal ITimer? Handle { get; set; }

    /// <summary>What the actor is to handle, or null if the timer was cancelled or replaced meanwhile.</summary>
    internal object? Claim(TimerScheduler? timers) => timers?.IsDue(this) == true ? message : null;

    // The thread that a timer fires on is one of the pool, and has nothing else to do.
    private void Tell() => receiver.TellHere(this, ActorRefs.NoSender);
}
