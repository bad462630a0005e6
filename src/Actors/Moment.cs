namespace Rwho.Actors;

/// <summary>
/// Now, on both clocks: the wall's (which people set, and datagrams carry) and one that only moves forward.
/// </summary>
/// <param name="UnixSeconds">Seconds since 1970.</param>
/// <param name="ElapsedMilliseconds">Since an arbitrary start.</param>
public readonly record struct Moment(long UnixSeconds, long ElapsedMilliseconds)
{
    /// <summary>Milliseconds since 1970.</summary>
    public long UnixMilliseconds { get; init; } = UnixSeconds * 1000;

    /// <summary>How long this node had been deaf until then, all together; see <see cref="Hosts.Hearing"/>.</summary>
    public long DeafMilliseconds { get; init; }

    public static Moment Now(TimeProvider time)
    {
        var wall = time.GetUtcNow();
        return new Moment(
            wall.ToUnixTimeSeconds(), (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds)
        {
            UnixMilliseconds = wall.ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>As long ago as this.</summary>
    public Moment Before(long milliseconds)
    {
        if (milliseconds == 0) return this;
        var wall = UnixMilliseconds - milliseconds;
        return new Moment((long)Math.Floor(wall / 1000.0), ElapsedMilliseconds - milliseconds)
        {
            UnixMilliseconds = wall,
            DeafMilliseconds = DeafMilliseconds,
        };
    }
}
