namespace Rwho.Engine;

/// <summary>A clock that stands still until it is advanced. Timers fire in the order of their due times, then of
/// their arming, on the thread that advances. Thread-safe.</summary>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Arming), Due> _queue = new();
    private readonly long _startTicks;
    private long _nowTicks;
    private long _nextArming;
    private int _stale;

    /// <summary>Starts the clock at <paramref name="start"/>, by default the first second of 2026, UTC.</summary>
    public VirtualTime(DateTimeOffset? start = null)
    {
        _startTicks = (start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcTicks;
        _nowTicks = _startTicks;
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Entries kept, those of cancelled timers included.</summary>
    internal int QueueLength => _queue.Count;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _nowTicks) - _startTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _nowTicks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, and fires what becomes due, each at its time.</summary>
    /// <param name="by">Not negative.</param>
    public void Advance(TimeSpan by) => Advance(by, afterEachInstant: null);

    internal void Advance(TimeSpan by, Action? afterEachInstant)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = Volatile.Read(ref _nowTicks) + by.Ticks;
        while (NextDueTicks() is { } due && due <= end)
        {
            Volatile.Write(ref _nowTicks, Math.Max(due, Volatile.Read(ref _nowTicks)));
            while (TakeDue(due) is { } timer)
                timer.Fire();
            afterEachInstant?.Invoke();
        }

        Volatile.Write(ref _nowTicks, end);
    }

    private long? NextDueTicks()
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out var entry, out var due))
            {
                if (entry.Timer.Arming == entry.Arming)
                    return due.Ticks;
                _queue.Dequeue();
                _stale--;
            }

            return null;
        }
    }

    private VirtualTimer? TakeDue(long dueTicks)
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out var entry, out var due) && due.Ticks <= dueTicks)
            {
                _queue.Dequeue();
                if (entry.Timer.Arming == entry.Arming)
                {
                    entry.Timer.Arming = 0;
                    if (entry.Timer.PeriodTicks > 0)
                        Arm(entry.Timer, due.Ticks + entry.Timer.PeriodTicks);
                    return entry.Timer;
                }

                _stale--;
            }

            return null;
        }
    }

    private void Arm(VirtualTimer timer, long dueTicks)
    {
        timer.Arming = ++_nextArming;
        _queue.Enqueue((timer, timer.Arming), new Due(dueTicks, timer.Arming));
    }

    private void Disarm(VirtualTimer timer)
    {
        if (timer.Arming == 0)
            return;
        timer.Arming = 0;

        // Entries of timers that were changed stay behind; they are swept out before they outnumber the others.
        if (++_stale > 64 && _stale > _queue.Count / 2)
        {
            var live = _queue.UnorderedItems.Where(item => item.Element.Timer.Arming == item.Element.Arming).ToArray();
            _queue.Clear();
            _queue.EnqueueRange(live);
            _stale = 0;
        }
    }

    private readonly record struct Due(long Ticks, long Arming) : IComparable<Due>
    {
        public int CompareTo(Due other) =>
            Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Arming.CompareTo(other.Arming);
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        /// <summary>Which entry of the queue is this timer's; 0 for none.</summary>
        internal long Arming { get; set; }

        internal long PeriodTicks { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                if (_disposed)
                    return false;
                time.Disarm(this);
                PeriodTicks = period > TimeSpan.Zero ? period.Ticks : 0;
                if (dueTime >= TimeSpan.Zero)
                    time.Arm(this, Volatile.Read(ref time._nowTicks) + dueTime.Ticks);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                _disposed = true;
                time.Disarm(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire() => callback(state);
    }
}
