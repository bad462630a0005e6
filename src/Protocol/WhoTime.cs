namespace Rwho.Protocol;

/// <summary>
/// The protocol's clock and timing rules. Times on the wire and in spool files are seconds since 1970 modulo 2^32; only
/// differences are compared, so that neither 2038 nor 2106 is a date to fear.
/// </summary>
public static class WhoTime
{
    /// <summary>A host not heard for longer is down; heard exactly so long ago it is still up.</summary>
    public const int DownAfterSeconds = 11 * 60;

    /// <summary>How often a host announces itself, in seconds, unless told otherwise.</summary>
    public const int IntervalSeconds = 180;

    /// <summary><paramref name="later"/> less <paramref name="earlier"/>, -2^31..2^31-1.</summary>
    public static int Difference(uint later, uint earlier) => unchecked((int)(later - earlier));

    public static uint Fold(long unixSeconds) => unchecked((uint)unixSeconds);

    /// <summary>The time nearest to <paramref name="now"/> (seconds since 1970) that folds to these 32 bits.</summary>
    public static long Unfold(uint time, long now) => now + Difference(time, Fold(now));

    /// <summary>Whether a host last heard then is down now. One heard in the future is up.</summary>
    public static bool IsDown(long receiveTime, long now) => now - receiveTime > DownAfterSeconds;
}
