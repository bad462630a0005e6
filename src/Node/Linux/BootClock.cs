namespace Rwho.Node.Linux;

/// <summary>
/// The system's time; what passes is measured by CLOCK_BOOTTIME (clock_gettime(2)), which goes on while the machine
/// sleeps. .NET's own stands still then, and what was heard before would seem as new as it was.
/// </summary>
internal sealed class BootClock : TimeProvider
{
    public static readonly BootClock Instance = new();

    private const long NanosecondsASecond = 1_000_000_000;

    private BootClock()
    {
    }

    public override long TimestampFrequency => NanosecondsASecond;

    public override unsafe long GetTimestamp()
    {
        Libc.TimeSpecification time;
        _ = Libc.GetClock(Libc.CLOCK_BOOTTIME, &time); // cannot fail: every Linux since 2.6.39 has this clock
        return time.Seconds * NanosecondsASecond + time.Nanoseconds;
    }
}
