namespace Rwho.Protocol;

/// <summary>
/// Where each field of a whod datagram stands, in bytes. Integers are 32 bit: big-endian on the wire, in host order in
/// a spool file. The layout is 4.2BSD's <c>struct whod</c>.
/// </summary>
public static class WhodLayout
{
    public const byte Version = 1;

    /// <summary>The one type ever defined by the old daemons; they drop every other silently.</summary>
    public const byte StatusType = 1;

    public const int VersionOffset = 0;
    public const int TypeOffset = VersionOffset + 1;
    public const int PadOffset = TypeOffset + 1;
    public const int SendTimeOffset = PadOffset + 2;
    public const int ReceiveTimeOffset = SendTimeOffset + Word;
    public const int HostNameOffset = ReceiveTimeOffset + Word;
    public const int LoadOffset = HostNameOffset + HostName.FieldBytes;
    public const int BootTimeOffset = LoadOffset + LoadCount * Word;
    public const int HeaderBytes = BootTimeOffset + Word;

    public const int LoadCount = 3;

    /// <summary>Offsets inside one entry.</summary>
    public const int EntryLineOffset = 0;
    public const int EntryNameOffset = EntryLineOffset + EntryTextBytes;
    public const int EntryLoginTimeOffset = EntryNameOffset + EntryTextBytes;
    public const int EntryIdleOffset = EntryLoginTimeOffset + Word;
    public const int EntryBytes = EntryIdleOffset + Word;

    /// <summary>A line or user name in an entry: without a NUL when all eight bytes are used.</summary>
    public const int EntryTextBytes = 8;

    public const int MaxEntries = 42;

    /// <summary>The largest datagram; of a longer one the first 1068 bytes count.</summary>
    public const int MaxBytes = HeaderBytes + MaxEntries * EntryBytes;

    internal const int Word = 4;

    // The build fails here when the sums above no longer give the sizes on the wire.
    internal const byte SizesAddUp = HeaderBytes == 60 && EntryBytes == 24 && MaxBytes == 1068 ? 1 : -1;

    /// <summary>How many whole entries a datagram or spool file of this many bytes holds, 0..42.</summary>
    public static int EntriesIn(int bytes) =>
        bytes < HeaderBytes ? 0 : Math.Min((bytes - HeaderBytes) / EntryBytes, MaxEntries);
}
