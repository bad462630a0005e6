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
/// <param name="kept">How many events are kept in words.</param>
internal sealed class Trace(int kept)
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    private readonly Entry[] last = new Entry[kept];
    private long count;
    private ulong digest;

    public long Count => count;

    public void Add(long microseconds, Event happened, int host, ulong detail, object? text = null)
    {
        digest = Fold(digest ^ (ulong)microseconds, (ulong)happened + 1 + ((ulong)(uint)host << 8) ^ Odd);
        digest = Fold(digest ^ detail, Odd);
        last[count++ % kept] = new Entry(microseconds, happened, host, detail, text);
    }

    /// <summary>The last events of all, the oldest first, one a line: since when all of them are known.</summary>
    public static IEnumerable<string> Last(IEnumerable<Trace> traces, int most)
    {
        var all = traces.ToList();
        var since = all.Max(trace => trace.KnownSince);
        return all.SelectMany(trace => trace.last.Take((int)Math.Min(trace.count, trace.last.Length)))
            .Where(entry => entry.Microseconds >= since)
            .OrderBy(entry => entry.Microseconds).TakeLast(most).Select(entry => entry.ToString());
    }

    /// <summary>Over all events of all.</summary>
    public static string DigestOf(IEnumerable<Trace> traces) => traces
        .Aggregate(0ul, (sum, trace) => Fold(sum ^ trace.digest, Odd)).ToString("x16", CultureInfo.InvariantCulture);

    private long KnownSince => count <= kept ? 0 : last[count % kept].Microseconds;

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
