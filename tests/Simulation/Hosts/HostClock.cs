namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// A host's own clocks: they drift against true time, its wall clock can be set, and its timers stand still while its
/// process is suspended.
/// </summary>
/// <param name="driftPerMillion">How much faster than true time it goes.</param>
internal sealed class HostClock(VirtualTime time, double driftPerMillion) : TimeProvider
{
    private readonly double rate = 1 + driftPerMillion / 1e6;
    private readonly List<HostTimer> late = [];
    private long setTicks;
    private bool isSuspended;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Seconds since 1970, as this host believes.</summary>
    public long UnixSeconds => GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether the process gets no turns: what its timers owe it waits.</summary>
    public bool IsSuspended
    {
        get => isSuspended;
        set
        {
            isSuspended = value;
            if (value) return;
            foreach (var timer in late.ToArray()) timer.Fire();
            late.Clear();
        }
    }

    public override long GetTimestamp() => (long)(time.GetTimestamp() * rate);

    public override DateTimeOffset GetUtcNow() => new(Start.Ticks + GetTimestamp() + setTicks, TimeSpan.Zero);

    /// <summary>Somebody sets the wall clock.</summary>
    public void Step(TimeSpan by) => setTicks += by.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HostTimer(this, callback, state).Armed(dueTime, period);

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan True(TimeSpan own) => own == Timeout.InfiniteTimeSpan ? own : own / rate;

    private sealed class HostTimer(HostClock clock, TimerCallback callback, object? state) : ITimer
    {
        private static readonly TimerCallback Due = static timer => ((HostTimer)timer!).Ring();

        private ITimer inner = null!;

        public HostTimer Armed(TimeSpan dueTime, TimeSpan period)
        {
            inner = clock.TrueTimer(Due, this, dueTime, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.True(dueTime), clock.True(period));

        public void Fire() => callback(state);

        public void Dispose()
        {
            clock.late.Remove(this);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Ring()
        {
            if (!clock.isSuspended) Fire();
            else if (!clock.late.Contains(this)) clock.late.Add(this);
        }
    }

    private ITimer TrueTimer(TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, True(dueTime), True(period));
}
