namespace Rwho.Tests.Simulation.Checks;

/// <summary>Durations, counted in classes of a tenth of a power of two.</summary>
internal sealed class Latencies
{
    private const int Steps = 10;

    private readonly long[] counts = new long[64 * Steps];

    public long Count { get; private set; }

    /// <summary>Microseconds.</summary>
    public long Worst { get; private set; }

    public void Add(long microseconds)
    {
        Count++;
        Worst = Math.Max(Worst, microseconds);
        counts[Math.Clamp((int)(Math.Log2(Math.Max(1, microseconds)) * Steps), 0, counts.Length - 1)]++;
    }

    public void Add(Latencies others)
    {
        Count += others.Count;
        Worst = Math.Max(Worst, others.Worst);
        for (var i = 0; i < counts.Length; i++) counts[i] += others.counts[i];
    }

    /// <summary>Microseconds within which this share of them lies, 0..1; 0 where there are none.</summary>
    public long Within(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        long sum = 0;
        for (var i = 0; i < counts.Length; i++)
            if ((sum += counts[i]) >= wanted && Count > 0)
                return Math.Min(Worst, (long)Math.Pow(2, (i + 1.0) / Steps));
        return Worst;
    }
}
