namespace Rwho.Actors.Federation;

/// <summary>
/// How long a gateway's messages were on their way beyond the quickest ones of the last two minutes: what waited in a
/// queue, or in a process that was suspended, is that much older. The clocks need not agree; they only have to run. The
/// first one measured is an answer, which cannot have waited for longer than the question is old.
/// </summary>
internal sealed class TravelDelay
{
    private const long WindowMilliseconds = 60_000;

    private long best = long.MaxValue; // arrival less sending, on the two clocks
    private long bestBefore = long.MaxValue;
    private long since = long.MinValue;

    /// <param name="sent">The sender's clock when it was sent, milliseconds.</param>
    /// <param name="arrived">Our own clock now.</param>
    /// <param name="isAnswer">To what this node asked just now.</param>
    /// <returns>0 to two minutes, in milliseconds; null as long as nothing is known.</returns>
    public uint? Of(long sent, long arrived, bool isAnswer)
    {
        if (since == long.MinValue && !isAnswer) return null;
        var way = unchecked(arrived - sent);
        if (since == long.MinValue) since = arrived;
        if (arrived - since > WindowMilliseconds)
            (bestBefore, best, since) = (best, long.MaxValue, arrived);
        best = Math.Min(best, way);
        var delay = unchecked(way - Math.Min(best, bestBefore));
        return (uint)Math.Clamp(delay, 0, FederationLimits.TravelSeconds * 1000L);
    }
}
