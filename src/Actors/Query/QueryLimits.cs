namespace Rwho.Actors.Query;

/// <summary>What clients may cost.</summary>
public static class QueryLimits
{
    /// <summary>
    /// When so many are open, the one longest without progress is closed for the next. Fewer where the process may
    /// open fewer files.
    /// </summary>
    public const int Connections = 4096;

    /// <summary>Of one address, or of one local user.</summary>
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

    /// <summary>What the system is handed first: more than it needs to wait for anything, most often.</summary>
    public const int FirstBytes = 64 << 10;

    /// <summary>
    /// Handed to the system at once after that; each is a sign of progress. So who takes so much in
    /// <see cref="StallSeconds"/> is not cut.
    /// </summary>
    public const int SendBytes = 16 << 10;

    /// <summary>Changes told to watchers at a time; the rest waits, and of a host only its latest.</summary>
    public const int ChangeBytes = 256 << 10;

    /// <summary>
    /// Replies of all clients that are not read yet. Beyond it the client longest without progress is closed.
    /// </summary>
    public const long ReplyBytes = 128 << 20;
}
