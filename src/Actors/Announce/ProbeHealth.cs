using System.Collections.Immutable;

namespace Rwho.Actors.Announce;

/// <summary>
/// Tells when this host does not tell how it is: a line at once, one a minute while it lasts, and one when it is over.
/// </summary>
internal sealed class ProbeHealth(NodeParts node)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private long? told;
    private bool isTold;

    /// <summary>What could not be read for an announcement; none when everything could.</summary>
    public void Is(ImmutableArray<Unread> unread)
    {
        if (unread.IsEmpty)
        {
            if (isTold) node.Log.ProbedAgain();
            isTold = false;
            return;
        }

        node.Counters.NotProbed(unread.Length);
        if (told is { } last && node.Time.GetElapsedTime(last) < LogInterval) return;
        told = node.Time.GetTimestamp();
        isTold = true;
        node.Log.NotProbed(string.Join("; ", unread.Select(file => $"{file.Path}: {file.Why}")));
    }
}
