namespace Rwho.Actors.Hosts;

/// <summary>What became of a valid datagram at the table.</summary>
public enum Observation
{
    /// <summary>The host's status now.</summary>
    Accepted,

    /// <summary>Seen before: a copy that came another way.</summary>
    Seen,

    /// <summary>Sent before the one that is shown: at most a candidate.</summary>
    Older,

    /// <summary>Another host uses this host's name.</summary>
    OwnName,

    /// <summary>A new name while the table is full of hosts that are up.</summary>
    TableFull,

    /// <summary>A neighbour still has a host that was silent for so long that it is dropped here.</summary>
    TooOld,
}
