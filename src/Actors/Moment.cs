namespace Rwho.Actors;

/// <summary>
/// Now, on both clocks: the wall's (which people set, and datagrams carry) and one that only moves forward.
/// </summary>
/// <param name="UnixSeconds">Seconds since 1970.</param>
/// <param name="ElapsedMilliseconds">Since an arbitrary start.</param>
public readonly record struct Moment(long UnixSeconds, long ElapsedMilliseconds)
{
    public static Moment Now(TimeProvider time) => new(
        time.GetUtcNow().ToUnixTimeSeconds(),
        (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds);
}
