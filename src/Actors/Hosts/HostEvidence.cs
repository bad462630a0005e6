namespace Rwho.Actors.Hosts;

/// <summary>What came of one host since this node knows it; counted by the table, read from any thread.</summary>
public abstract class HostEvidence
{
    private long taken;
    private long copies;
    private long older;

    private protected HostEvidence()
    {
    }

    /// <summary>Announcements that became the host's status.</summary>
    public long Taken => Volatile.Read(ref taken);

    /// <summary>Copies of what was seen before.</summary>
    public long Copies => Volatile.Read(ref copies);

    /// <summary>Announcements sent before the one shown, or under this host's own name.</summary>
    public long Older => Volatile.Read(ref older);

    /// <summary>Goes on from where another was.</summary>
    private protected void CountOn(HostEvidence before)
    {
        (taken, copies, older) = (before.Taken, before.Copies, before.Older);
    }

    private protected void Count(Observation outcome)
    {
        if (outcome == Observation.Accepted) Volatile.Write(ref taken, taken + 1);
        else if (outcome == Observation.Seen) Volatile.Write(ref copies, copies + 1);
        else Volatile.Write(ref older, older + 1);
    }
}

/// <summary>How a status came here.</summary>
/// <param name="AgeMilliseconds">What had passed since its host was heard, all relays added up.</param>
/// <param name="Hops">Relays that it passed.</param>
/// <param name="Port">The one that the last of them sent it from: neighbours may share an address.</param>
public readonly record struct Journey(uint AgeMilliseconds, byte Hops, ushort Port);
