namespace Rwho.Actors.Hosts;

/// <summary>
/// Finds who gives way when the table is full: of the hosts heard only once the one silent for longest, then of the
/// others. Hearing a host costs nothing here: its place is made good when somebody has to give way.
/// </summary>
internal sealed class SilentHosts
{
    // Entries that are gone, or among the others by now, stay behind until they are met, or outnumber the rest.
    internal const int Slack = 64;

    private readonly Queue<HostEntry> once = new();
    private readonly PriorityQueue<HostEntry, long> twice = new(); // by when they were heard, or earlier
    private int stale;
    private long heard;

    /// <summary>Entries kept, those left behind included.</summary>
    internal int Count => once.Count + twice.Count;

    /// <summary>The host is new, heard once or twice.</summary>
    public void Add(HostEntry entry)
    {
        entry.Heard = ++heard;
        if (entry.TimesHeard == 1) once.Enqueue(entry);
        else AddToTwice(entry);
    }

    /// <summary>The host was heard again.</summary>
    public void Hears(HostEntry entry)
    {
        entry.Heard = ++heard;
        if (entry.TimesHeard == 1 || entry.IsAmongTwice) return;
        AddToTwice(entry);
        LeavesBehind();
    }

    /// <summary>The host is gone.</summary>
    public void Removes(HostEntry entry)
    {
        entry.IsGone = true;
        LeavesBehind();
    }

    /// <summary>Who gives way first; null when there is nobody.</summary>
    public HostEntry? Longest()
    {
        for (; once.TryPeek(out var entry); stale--, once.Dequeue())
            if (IsOnce(entry)) return entry;
        while (twice.TryPeek(out var entry, out var at))
        {
            if (entry.IsGone)
            {
                stale--;
                twice.Dequeue();
            }
            else if (entry.Heard == at)
            {
                return entry;
            }
            else
            {
                twice.DequeueEnqueue(entry, entry.Heard);
            }
        }

        return null;
    }

    private static bool IsOnce(HostEntry entry) => entry is { IsGone: false, TimesHeard: 1 };

    private void AddToTwice(HostEntry entry)
    {
        entry.IsAmongTwice = true;
        twice.Enqueue(entry, entry.Heard);
    }

    private void LeavesBehind()
    {
        if (++stale <= Slack + Count / 2) return;
        stale = 0;
        var heardOnce = once.Where(IsOnce).ToList();
        once.Clear();
        foreach (var entry in heardOnce) once.Enqueue(entry);
        var others = twice.UnorderedItems.Where(item => !item.Element.IsGone).ToList();
        twice.Clear();
        twice.EnqueueRange(others);
    }
}
