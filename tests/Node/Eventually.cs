using System.Diagnostics;

namespace Rwho.Tests.Node;

/// <summary>Waiting for the world to come round to a condition: here alone these tests let time pass.</summary>
internal static class Eventually
{
    /// <summary>Generous: only a failure takes so long.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static async Task True(Func<bool> condition, Func<string> what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
                throw new TimeoutException($"after {Deadline.TotalSeconds:F0} s still not: {what()}");
            await Task.Delay(Step);
        }
    }

    public static Task True(Func<bool> condition, string what) => True(condition, () => what);
}
