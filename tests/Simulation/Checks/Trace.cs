using System.Globalization;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>What can be told of a run, in order.</summary>
internal enum Event
{
    Announced, Broadcast, Sent, Delivered, Spooled, Deleted, Logged, Node, Fault,
}

/// <summary>
/// Everything that happened, as one number that two runs can be compared by, and the last of it in words.
/// </summary>
internal sealed class Trace
{
    private const int Kept = 4096;
    private const ulong Odd = 0x9E3779B97F4A7C15;

    private readonly Entry[] last = new Entry[Kept];
    private long count;
    private ulong digest;

    public long Count => count;

    /// <summary>Over all events so far.</summary>
    public string Digest => digest.ToString("x16", CultureInfo.InvariantCulture);

    public void Add(long microseconds, Event happened, int host, ulong detail, object? text = null)
    {
        digest = Fold(digest ^ (ulong)microseconds, (ulong)happened + 1 + ((ulong)(uint)host << 8) ^ Odd);
        digest = Fold(digest ^ detail, Odd);
        last[count++ % Kept] = new Entry(microseconds, happened, host, detail, text);
    }

    /// <summary>The last events, the oldest first, one a line.</summary>
    public IEnumerable<string> Last(int most)
    {
        for (var i = Math.Max(0, count - Math.Min(most, Kept)); i < count; i++) yield return last[i % Kept].ToString();
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low ^ left;
    }

    private readonly record struct Entry(long Microseconds, Event Happened, int Host, ulong Detail, object? Text)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Clock.Text(Microseconds)} {(Host < 0 ? "-" : $"h{Host}"),-6} {Happened,-10} {Show()}");

        private string Show() => Text switch
        {
            null => Detail.ToString("x", CultureInfo.InvariantCulture),
            byte[] datagram => Datagrams.Describe(datagram),
            (uint to, byte[] datagram) => $"to {Address.ToIP(to)}: {Datagrams.Describe(datagram)}",
            _ => Text.ToString() ?? "",
        };
    }
}

/// <summary>Virtual time in words.</summary>
internal static class Clock
{
    public static string Text(long microseconds)
    {
        var (seconds, rest) = Math.DivRem(microseconds, 1_000_000);
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}.{rest:000000}");
    }
}
