namespace Rwho.Actors.Query;

/// <summary>What clients may cost.</summary>
public static class QueryLimits
{
    /// <summary>When so many are open, the one longest without progress is closed for the next.</summary>
    public const int Connections = 4096;

    /// <summary>Of one address; local clients count as one.</summary>
    public const int ConnectionsFromOneAddress = 256;

    /// <summary>To send a request, and to close after the reply.</summary>
    public const int RequestSeconds = 10;

    /// <summary>How long a reader may take nothing of what is there for it.</summary>
    public const int StallSeconds = 30;

    public const int Watchers = 256;

    /// <summary>Changes that one watcher has not read yet.</summary>
    public const int WatchBacklogBytes = 1 << 20;

    /// <summary>What a client may go on sending after its request.</summary>
    public const int SurplusBytes = 64 << 10;

    /// <summary>Replies kept for who asks the same within the second.</summary>
    public const int CachedReplies = 64;

    /// <summary>Handed to the system at once; each is a sign of progress.</summary>
    public const int SendBytes = 64 << 10;
}
