using Rwho.Protocol;

namespace Rwho.Node.Client;

/// <summary>
/// The hosts as a node told them, line after line. Time is the node's clock, carried on by our own: two clocks that
/// differ make no host look down.
/// </summary>
/// <param name="isWanted">Which hosts to keep.</param>
internal sealed class WatchedBoard(Func<HostName, bool> isWanted)
{
    /// <summary>How long a change is worth a mark.</summary>
    public static readonly TimeSpan MarkTime = TimeSpan.FromSeconds(5);

    private readonly Dictionary<HostName, HostStatus> hosts = [];
    private readonly Dictionary<HostName, TimeSpan> changes = [];
    private long nodeTime;
    private TimeSpan heard;

    public IReadOnlyList<HostStatus> Hosts => [.. hosts.Values];

    /// <summary>Takes a line in; whether it changes what is shown.</summary>
    /// <param name="now">Our own clock, from any start.</param>
    public bool Apply(BoardLine line, TimeSpan now)
    {
        nodeTime = line.Time;
        heard = now;
        foreach (var old in changes.Where(change => now - change.Value > MarkTime).ToList()) changes.Remove(old.Key);
        if (line.IsBoard)
        {
            hosts.Clear();
            foreach (var host in line.Hosts.Where(host => isWanted(host.Name))) hosts[host.Name] = host.Status;
            return true;
        }

        var changed = line.Hosts[0];
        if (!isWanted(changed.Name)) return false;
        if (line.Event == "forgotten") hosts.Remove(changed.Name);
        else hosts[changed.Name] = changed.Status;
        changes[changed.Name] = now;
        return true;
    }

    /// <summary>Seconds since 1970 by the node's clock.</summary>
    public long NodeTime(TimeSpan now) => nodeTime + (long)(now - heard).TotalSeconds;

    /// <summary>The names of hosts that changed lately, as people see them.</summary>
    public HashSet<string> Changed(TimeSpan now) =>
        [.. changes.Where(change => now - change.Value <= MarkTime).Select(change => change.Key.ToString())];
}
