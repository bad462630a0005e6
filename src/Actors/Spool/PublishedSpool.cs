namespace Rwho.Actors.Spool;

/// <summary>How the spool is.</summary>
/// <param name="FailingSinceMilliseconds">
/// On the clock that only moves forward; null while every file is written.
/// </param>
/// <param name="Unwritten">Hosts whose files are behind the table, or should be gone.</param>
public sealed record SpoolState(long? FailingSinceMilliseconds, int Unwritten)
{
    public static readonly SpoolState Well = new(null, 0);
}

/// <summary>How the spool was a moment ago; read from any thread.</summary>
public sealed class PublishedSpool
{
    private SpoolState state = SpoolState.Well;

    public SpoolState State => Volatile.Read(ref state);

    internal void Publish(SpoolState next)
    {
        if (next != state) Volatile.Write(ref state, next);
    }
}
