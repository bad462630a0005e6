namespace Rwho.Actors;

/// <summary>
/// How long to rest before the next try: 100 ms, doubled at each failure up to 30 s, from the start again after a
/// minute without one.
/// </summary>
public sealed class Backoff(TimeProvider time)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private long? lastFailure;
    private TimeSpan delay;

    /// <summary>Counts a failure and tells how long to rest after it.</summary>
    public TimeSpan Next()
    {
        var quiet = lastFailure is not { } last || time.GetElapsedTime(last) > delay + ForgottenAfter;
        delay = quiet ? First : delay * 2 < Longest ? delay * 2 : Longest;
        lastFailure = time.GetTimestamp();
        return delay;
    }
}
