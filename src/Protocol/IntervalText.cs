namespace Rwho.Protocol;

/// <summary>How long a host has been up or down, as <c>ruptime</c> shows it: eleven columns behind the state.</summary>
internal static class IntervalText
{
    private const long MinuteSeconds = 60;
    private const long HourMinutes = 60;
    private const long DayMinutes = 24 * HourMinutes;

    /// <summary>
    /// Rounded up to whole minutes, with days from one day on. A negative interval is <c>??:??</c>; Debian's stands one
    /// column short of its place, this one does not.
    /// </summary>
    public static void Write(ref TextRow row, long seconds)
    {
        if (seconds < 0)
        {
            row.Text("      ??:??"u8);
            return;
        }

        var (days, minutes) = Math.DivRem((seconds + MinuteSeconds - 1) / MinuteSeconds, DayMinutes);
        if (days > 0)
        {
            row.Text(" "u8);
            row.Number(days, width: 4);
            row.Text("+"u8);
            row.TwoDigits(minutes / HourMinutes);
        }
        else
        {
            row.Number(minutes / HourMinutes, width: 8);
        }

        row.Text(":"u8);
        row.TwoDigits(minutes % HourMinutes);
    }
}
