using System.Globalization;

namespace Rwho.Node.Configuration;

/// <summary>
/// A length of time as operators write it: <c>90</c> or <c>90s</c>, <c>500ms</c>, <c>3m</c>, <c>12h</c>, <c>30d</c>.
/// </summary>
public static class Duration
{
    public const string Form = "a time such as 90s, 3m, 12h or 30d";

    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            var digits = text.AsSpan(0, text.Length - unit.Length);
            const NumberStyles Style = NumberStyles.None;
            if (!uint.TryParse(digits, Style, CultureInfo.InvariantCulture, out var count)) break;
            if (count * seconds > TimeSpan.MaxValue.TotalSeconds / 2) break;
            duration = TimeSpan.FromSeconds(count * seconds);
            return true;
        }

        duration = default;
        return false;
    }

    /// <summary>As it would be written; fractions of a millisecond are dropped.</summary>
    public static string Show(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } when duration.TotalDays % 1 == 0 => $"{duration.TotalDays:0}d",
        { TotalHours: >= 1 } when duration.TotalHours % 1 == 0 => $"{duration.TotalHours:0}h",
        { TotalMinutes: >= 1 } when duration.TotalMinutes % 1 == 0 => $"{duration.TotalMinutes:0}m",
        { TotalSeconds: >= 1 } when duration.TotalSeconds % 1 == 0 => $"{duration.TotalSeconds:0}s",
        _ => $"{Math.Truncate(duration.TotalMilliseconds):0}ms",
    };
}
