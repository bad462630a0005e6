using System.Text;

namespace Rwho.Tests.Protocol;

/// <summary>
/// Spools on which Debian's programs and ours must print the same. They keep away from the differences that are meant,
/// and, as the programs read the real clock, from all that changes within half a minute: receive times stand up to 25 s
/// behind a whole minute, or a minute off the border between up and down.
/// </summary>
internal sealed class DebianSpools(int seed, long now)
{
    /// <summary>How long after <c>now</c> the texts still hold.</summary>
    public const int HoldsSeconds = 30;

    private const int Reach = 1 << 30;
    private const int Margin = 6_000_000;
    private static readonly int[] Idles =
    [
        0, 0, 1, 59, 60, 61, 600, 3599, 3600, 3659, 7200, 359_999, 360_000, int.MaxValue,
        -1, -59, -60, -599, -600, -3599, -3600, -3660, int.MinValue,
    ];

    private static readonly string[] Texts = ["ann", "bob", "Bob", "b", "", "console", "pts/0", "pts/10", "tty1", "~"];

    private readonly Random random = new(seed);

    /// <summary>Whether a spool has names over 12 bytes, which Debian's ruptime cuts.</summary>
    public bool LongNames { get; init; }

    /// <summary>Whether files end within an entry, on which Debian's ruptime counts users wrongly.</summary>
    public bool Tails { get; init; }

    public List<RawStatus> Spool()
    {
        var hosts = new List<RawStatus>();
        var count = Likely(3) ? random.Next(1, 4) : random.Next(4, 30);
        for (var i = 0; i < count; i++) hosts.Add(Host());
        return hosts;
    }

    private RawStatus Host()
    {
        // Boot times stay on the same side of 2038, beyond which Debian's ruptime takes times for those before 1970.
        var anySent = (uint)random.Next(Reach, 2 * (Reach - Margin));
        var sent = Pick((uint)now, (uint)(now - random.Next(3600)), anySent, uint.MaxValue);
        var name = LongNames ? Name(31) : Name(12);
        return new RawStatus
        {
            Version = Likely(9) ? (byte)random.Next(256) : (byte)1,
            Type = Likely(9) ? (byte)random.Next(256) : (byte)1,
            Pad = (ushort)random.Next(65536),
            Sent = sent,
            Received = (uint)(now - Silence()),
            Name = WithRubbish(name, 32),
            Load = [Load(), Load(), Load()],
            Boot = unchecked(sent - (uint)Uptime()),
            Entries = [.. Enumerable.Range(0, EntryCount()).Select(_ => Entry())],
            Tail = Tails && Likely(2) ? RandomBytes(random.Next(24)) : [],
            Length = Likely(20) ? random.Next(60) : null,
        };
    }

    private int Silence() => random.Next(4) switch
    {
        0 => -random.Next(30_000_000),
        1 => 60 * random.Next(12, Pick(20, 3000, Reach / 60)) + random.Next(1, 26),
        _ => random.Next(600),
    };

    private int Uptime() => random.Next(5) switch
    {
        0 => Pick(0, 1, 59, 60, 61, 3540, 3541, 3600, 86_340, 86_341, 86_400, 863_913_600, Reach - 1),
        1 => -60 * random.Next(1, Margin / 60) - 58,
        2 => 86_400 * random.Next(3),
        _ => random.Next(Pick(86_400, 8_640_000, Reach)),
    };

    private int Load() => random.Next(6) switch
    {
        0 => Pick(0, 5, 99, 100, 995, 999),
        1 => random.Next(-1200, 0),
        2 when Likely(6) => Pick(1000, 1234, 99_999, Reach - 1, -Reach),
        _ => random.Next(Pick(4, 1000)),
    };

    private int EntryCount() => random.Next(12) switch
    {
        0 => Pick(41, 42, 43, 64),
        < 5 => 0,
        _ => random.Next(1, 6),
    };

    private RawEntry Entry() => new(
        WithRubbish(Likely(3) ? Name(8) : Encoding.ASCII.GetBytes(Pick(Texts)), 8),
        WithRubbish(Likely(3) ? Name(8) : Encoding.ASCII.GetBytes(Pick(Texts)), 8),
        unchecked((uint)Login()),
        random.Next(3) switch { 0 => Pick(Idles), 1 => random.Next(4000), _ => random.Next(400_000) });

    /// <summary>Lately, around a change to or from summer time, or any time that both read the same way.</summary>
    private long Login() => random.Next(4) switch
    {
        0 => now - random.Next(1_000_000),
        1 => SummerTimeChange() + random.Next(-10_000, 10_000),
        2 => -random.NextInt64(Math.Max(1, int.MaxValue - now - 60)),
        _ => random.Next(),
    };

    private long SummerTimeChange()
    {
        var day = new DateTime(random.Next(1981, 2038), Pick(3, 10), 31, 1, 0, 0, DateTimeKind.Utc);
        return (long)(day.AddDays(-(int)day.DayOfWeek) - DateTime.UnixEpoch).TotalSeconds;
    }

    /// <summary>Printable bytes, blanks and slashes too: readers check nothing.</summary>
    private byte[] Name(int longest)
    {
        var name = new byte[Likely(6) ? longest : random.Next(longest + 1)];
        var (first, last) = Pick((' ', '~'), ('a', 'c'), ('A', 'z'));
        for (var i = 0; i < name.Length; i++) name[i] = (byte)random.Next(first, last + 1);
        return name;
    }

    private byte[] WithRubbish(byte[] text, int size) =>
        text.Length >= size ? text : [.. text, 0, .. RandomBytes(size - 1 - text.Length)];

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private bool Likely(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
