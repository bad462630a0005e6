using System.Diagnostics;

namespace Rwho.Tests.Lan;

/// <summary>Waiting for the world to come round to a condition: here alone these tests let time pass.</summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static Task True(Func<bool> condition, string what) => Within(Deadline, condition, () => what);

    /// <summary>Waits until <paramref name="condition"/> holds; what is missing is told only when it failed.</summary>
    public static Task True(Func<bool> condition, Func<string> what) => Within(Deadline, condition, what);

    /// <summary>Waits until <paramref name="condition"/> holds, where a deadline is part of the promise.</summary>
    public static async Task Within(TimeSpan deadline, Func<bool> condition, Func<string> what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > deadline)
                throw new TimeoutException($"after {deadline.TotalSeconds:F0} s still not: {what()}");
            await Task.Delay(Step);
        }
    }

    /// <summary>Waits for what may well not come.</summary>
    public static Task AtMost(TimeSpan limit, Task task) => Task.WhenAny(task, Task.Delay(limit));

    /// <summary>Waits until <paramref name="find"/> finds something.</summary>
    public static async Task<T> Some<T>(Func<T?> find, string what)
        where T : class
    {
        T? found = null;
        await True(() => (found = find()) is not null, what);
        return found!;
    }

    /// <summary>Waits until an answer that takes time to fetch satisfies <paramref name="good"/>.</summary>
    public static async Task<T> Answer<T>(Func<Task<T>> ask, Func<T, bool> good, string what, TimeSpan? deadline = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            T answer = await ask();
            if (good(answer))
                return answer;
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > (deadline ?? Deadline))
                throw new TimeoutException($"after {waited.TotalSeconds:F0} s still not: {what}; last: {answer}");
            await Task.Delay(Step);
        }
    }
}
