using Rwho.Protocol;

namespace Rwho.Actors.Udp;

/// <summary>
/// Datagrams refused since the last report, with one source for each reason: enough for a line in the log, however many
/// there were. Written by the receive thread, taken by the receiver.
/// </summary>
internal sealed class Refusals
{
    private readonly Lock gate = new();
    private readonly Dictionary<Rejection, (long Count, DatagramSource Last)> byReason = [];
    private bool noticed;

    /// <summary>Answers true when a report is due: the first refusal after one was made.</summary>
    public bool Add(Rejection rejection, DatagramSource source)
    {
        lock (gate)
        {
            byReason[rejection] = (byReason.GetValueOrDefault(rejection).Count + 1, source);
            if (noticed) return false;
            return noticed = true;
        }
    }

    /// <summary>
    /// What there is to tell, in words. Null when nothing: then the next refusal is worth a report again.
    /// </summary>
    public string? Take()
    {
        lock (gate)
        {
            if (byReason.Count == 0)
            {
                noticed = false;
                return null;
            }

            var text = string.Join(", ", byReason.OrderBy(reason => reason.Key).Select(Describe));
            byReason.Clear();
            return text;
        }
    }

    /// <summary>Whether a refusal is worth a line; the old daemons pass over the others in silence too.</summary>
    public static bool IsWorthALine(Rejection rejection) => rejection is
        Rejection.SourcePort or Rejection.HostNameEmpty or Rejection.HostNameCharacter or Rejection.RateExceeded;

    private static string Describe(KeyValuePair<Rejection, (long Count, DatagramSource Last)> refused)
    {
        var (count, last) = refused.Value;
        var reason = refused.Key switch
        {
            Rejection.SourcePort => $"from port {last.Port}, not the who port",
            Rejection.HostNameEmpty => "without a host name",
            Rejection.HostNameCharacter => "with a bad character in the host name",
            Rejection.RateExceeded => "over the rate limit of one address",
            _ => refused.Key.ToString(),
        };
        return $"{count} {reason} (last from {last.ToIPAddress()})";
    }
}
