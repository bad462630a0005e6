using System.Diagnostics;

namespace Rwho.Tests.Node.Client;

/// <summary>Waiting for the world to come round to a condition: here alone these tests let time pass.</summary>
internal static class Eventually
{
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
}
