namespace Rwho.Actors.Udp;

/// <summary>What a recording of datagrams may cost.</summary>
public static class RecordLimits
{
    /// <summary>The file; when it is full, recording ends.</summary>
    public const long FileBytes = 1 << 30;

    /// <summary>Records in memory that the disk has not taken yet; what is more is counted and not recorded.</summary>
    public const int WaitingBytes = 16 << 20;
}
