using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// A host's own clocks: they drift against true time, its wall clock can be set, and its timers stand still while its
/// process is suspended. Its host moves it on; in between it stands still.
/// </summary>
/// <param name="driftPerMillion">How much faster than true time it goes.</param>
internal sealed class HostClock(double driftPerMillion) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly double rate = 1 + driftPerMillion / 1e6;
    private readonly List<Armed> armed = []; // a few, in the order of being armed
    private long setTicks;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>True time here, in microseconds since the start.</summary>
    public long Now { get; set; }

    /// <summary>Seconds since 1970, as this host believes.</summary>
    public long UnixSeconds => GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether the process gets no turns: what its timers owe it waits.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>When the next timer is due, in true microseconds; never, for none.</summary>
    public long NextDue { get; private set; } = long.MaxValue;

    /// <summary>
    /// The same of timers by which a node may send: armed for more than a second, but for looks.
    /// </summary>
    public long NextLongDue { get; private set; } = long.MaxValue;

    public int Timers => armed.Count;

    public override long GetTimestamp() => (long)(Now * TimeSpan.TicksPerMicrosecond * rate);

    public override DateTimeOffset GetUtcNow() => new(Start.Ticks + GetTimestamp() + setTicks, TimeSpan.Zero);

    /// <summary>Somebody sets the wall clock.</summary>
    public void Step(TimeSpan by) => setTicks += by.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HostTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires the timers that are due by now, in the order of their times and of being armed.</summary>
    public void FireDue()
    {
        while (NextDue <= Now)
        {
            var next = TakeNext();
            // What is long overdue was suspended, and comes once.
            var (due, timer) = (next.Due, next.Timer);
            if (timer.Period > 0) Arm(timer, due + (Now - due) / timer.Period * timer.Period + timer.Period);
            timer.Fire();
        }
    }

    private Armed TakeNext()
    {
        var at = 0;
        while (armed[at].Due != NextDue) at++;
        var next = armed[at];
        armed.RemoveAt(at);
        FindNext();
        return next;
    }

    // Rounded up: a timer never comes early.
    private long ToTrue(TimeSpan own) => (long)Math.Ceiling(own.Ticks / rate / TimeSpan.TicksPerMicrosecond);

    private void Arm(HostTimer timer, long due)
    {
        armed.Add(new Armed(due, timer.IsLong, timer));
        NextDue = Math.Min(NextDue, due);
        if (timer.IsLong) NextLongDue = Math.Min(NextLongDue, due);
    }

    private void Disarm(HostTimer timer)
    {
        for (var at = 0; at < armed.Count; at++)
        {
            if (armed[at].Timer != timer) continue;
            armed.RemoveAt(at);
            FindNext();
            return;
        }
    }

    private void FindNext()
    {
        NextDue = NextLongDue = long.MaxValue;
        foreach (var timer in armed)
        {
            NextDue = Math.Min(NextDue, timer.Due);
            if (timer.IsLong) NextLongDue = Math.Min(NextLongDue, timer.Due);
        }
    }

    // Now and then a node looks at its clock, whether it hears, and at its interfaces, and sends nothing for that.
    private static bool IsLook(TimeSpan period) =>
        period == Hearing.LookInterval || period == NetworksActor.ReadInterval;

    private readonly record struct Armed(long Due, bool IsLong, HostTimer Timer);

    private sealed class HostTimer(HostClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool isDisposed;

        public long Period { get; private set; }

        public bool IsLong { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (isDisposed) return false;
            clock.Disarm(this);
            Period = period > TimeSpan.Zero ? clock.ToTrue(period) : 0;
            IsLong = (dueTime > TimeSpan.FromSeconds(1) || period > TimeSpan.FromSeconds(1)) && !IsLook(period);
            if (dueTime >= TimeSpan.Zero) clock.Arm(this, clock.Now + clock.ToTrue(dueTime));
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            isDisposed = true;
            clock.Disarm(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
