using System.Globalization;

namespace Rwho.Node.Client;

/// <summary>A node's clock as people here read it. What it says is the node's, and may be any number.</summary>
internal static class NodeClock
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The time of day in the time zone here.</summary>
    /// <param name="time">Seconds since 1970.</param>
    public static string Show(long time)
    {
        var clock = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time, First, Last)).ToLocalTime();
        return clock.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
