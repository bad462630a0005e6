namespace Rwho.Engine;

/// <summary>How often a child was restarted, counted as Akka.NET's ChildRestartStats does.</summary>
internal sealed class ChildStats(LocalActorRef child)
{
    private int _restarts;
    private long? _windowStart;

    internal LocalActorRef Child => child;

    /// <summary>Counts a restart and says whether it is still allowed.</summary>
    /// <param name="maxRestarts">0 never, negative as often as it takes (but once a window, if there is one).</param>
    /// <param name="windowMilliseconds">Restarts are counted within windows of this length; not positive: for
    /// ever.</param>
    /// <param name="time">The clock of the windows.</param>
    internal bool RequestRestart(int maxRestarts, int windowMilliseconds, TimeProvider time)
    {
        if (maxRestarts == 0)
            return false;
        if (windowMilliseconds > 0)
            return RequestRestartInWindow(maxRestarts > 0 ? maxRestarts : 1, windowMilliseconds, time);
        return maxRestarts < 0 || ++_restarts <= maxRestarts;
    }

    private bool RequestRestartInWindow(int maxRestarts, int windowMilliseconds, TimeProvider time)
    {
        var now = time.GetTimestamp();
        _windowStart ??= now;
        if (time.GetElapsedTime(_windowStart.Value, now).TotalMilliseconds <= windowMilliseconds)
            return ++_restarts <= maxRestarts;
        _windowStart = now;
        _restarts = 1;
        return true;
    }
}
