using System.Net;
using Rwho.Protocol;

namespace Rwho.Actors.Hosts;

/// <summary>
/// Finds one name used by two hosts: two boot times over 120 s apart, each heard twice, in turn. A reboot changes the
/// boot time once and is no conflict; nor are differing addresses alone (aliases, relays). A field, never copied.
/// </summary>
public struct BootHistory
{
    /// <summary>Boot times this close are one boot: clocks are adjusted while a host runs.</summary>
    public const int SameBootSeconds = 120;

    private const int RunsOfAConflict = 4;

    private Run? only; // most hosts never have another
    private List<Run>? runs;

    /// <summary>Takes an unseen datagram of the name, shown or not.</summary>
    public void Add(uint bootTime, IPAddress? address, Moment now)
    {
        var run = new Run(bootTime, address, now.ElapsedMilliseconds);
        if (runs is null)
        {
            if (only is not { } first || SameBoot(first.BootTime, bootTime))
            {
                only = run;
                return;
            }

            runs = new List<Run>(RunsOfAConflict) { first };
        }

        if (runs.Count > 1 && SilentSince(runs[^2], now)) runs.RemoveRange(0, runs.Count - 1);
        if (runs.Count > 0 && SameBoot(runs[^1].BootTime, bootTime))
        {
            runs[^1] = run;
            return;
        }

        if (runs.Count == RunsOfAConflict) runs.RemoveAt(0);
        runs.Add(run);
    }

    /// <summary>The conflict seen from the host with this boot time, or null.</summary>
    public readonly NameConflict? Of(uint bootTime, Moment now)
    {
        if (runs is null || runs.Count < RunsOfAConflict || SilentSince(runs[^2], now)) return null;
        if (!SameBoot(runs[0].BootTime, runs[2].BootTime) || !SameBoot(runs[1].BootTime, runs[3].BootTime)) return null;
        return SameBoot(bootTime, runs[3].BootTime)
            ? new NameConflict(runs[3].Address, runs[2].Address)
            : new NameConflict(runs[2].Address, runs[3].Address);
    }

    private static bool SameBoot(uint left, uint right) =>
        Math.Abs((long)WhoTime.Difference(left, right)) <= SameBootSeconds;

    private static bool SilentSince(Run run, Moment now) =>
        now.ElapsedMilliseconds - run.HeardMilliseconds > WhoTime.DownAfterSeconds * 1000L;

    private readonly record struct Run(uint BootTime, IPAddress? Address, long HeardMilliseconds);
}
