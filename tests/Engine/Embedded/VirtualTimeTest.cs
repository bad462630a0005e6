namespace Rwho.Tests.Engine;

public sealed class VirtualTimeTest
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_the_order_of_their_times_then_of_their_arming()
    {
        Arm("late", 3);
        Arm("early", 1);
        Arm("same 1", 2);
        Arm("same 2", 2);
        Arm("same 3", 2);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["early 1", "same 1 2", "same 2 2", "same 3 2", "late 3"], _fired);
        Assert.Equal(5 * _time.TimestampFrequency, _time.GetTimestamp());
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_of_its_times()
    {
        Arm("tick", 2, 3);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(["tick 2", "tick 5", "tick 8"], _fired);
    }

    [Fact]
    public void What_a_timer_arms_fires_within_the_same_advance()
    {
        using var _ = _time.CreateTimer(
            _ => Arm("second", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["second 2"], _fired);
    }

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_only_and_a_disposed_one_never()
    {
        var changed = Arm("changed", 1);
        var disposed = Arm("disposed", 1);
        Assert.True(changed.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan));
        disposed.Dispose();
        Assert.False(disposed.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["changed 2"], _fired);
    }

    [Fact]
    public void Many_changes_cost_no_memory_and_lose_no_timer()
    {
        var timers = Enumerable.Range(0, 100).Select(i => Arm($"timer {i}", 10)).ToList();
        for (var round = 0; round < 1000; round++)
        {
            foreach (var timer in timers)
                timer.Change(TimeSpan.FromSeconds(1000), Timeout.InfiniteTimeSpan);
        }

        Assert.InRange(_time.QueueLength, 100, 300);
        _time.Advance(TimeSpan.FromSeconds(1000));
        Assert.Equal(100, _fired.Count);
        Assert.Equal(0, _time.QueueLength);
    }

    [Fact]
    public void The_clock_reads_in_utc_and_in_elapsed_time()
    {
        var start = _time.GetUtcNow();
        var timestamp = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _time.GetUtcNow() - start);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _time.GetElapsedTime(timestamp));
    }

    private ITimer Arm(string name, int dueSeconds, int periodSeconds = 0) => _time.CreateTimer(
        _ => _fired.Add($"{name} {_time.GetTimestamp() / _time.TimestampFrequency}"), null,
        TimeSpan.FromSeconds(dueSeconds),
        periodSeconds > 0 ? TimeSpan.FromSeconds(periodSeconds) : Timeout.InfiniteTimeSpan);
}
