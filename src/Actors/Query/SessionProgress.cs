namespace Rwho.Actors.Query;

/// <summary>How far a session is; read by who has to choose one to close.</summary>
internal sealed class SessionProgress(TimeProvider time)
{
    private long last = time.GetTimestamp();
    private bool isUpToDate;
    private bool holdsReply;

    /// <summary>When it last got on. Who watches and has read all is up to date: it cannot get on any better.</summary>
    public long Last => Volatile.Read(ref isUpToDate) ? time.GetTimestamp() : Volatile.Read(ref last);

    /// <summary>Whether there is something that the client has not read.</summary>
    public bool HoldsReply => Volatile.Read(ref holdsReply);

    public void Made() => Volatile.Write(ref last, time.GetTimestamp());

    public void Has(bool unsent, bool upToDate)
    {
        Volatile.Write(ref holdsReply, unsent);
        Volatile.Write(ref isUpToDate, upToDate);
    }
}
