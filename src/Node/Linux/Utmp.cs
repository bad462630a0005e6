using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>A logged-in user. Texts are bytes as the system keeps them, without NUL, at most 32 of each from
/// utmp.</summary>
/// <param name="Line">The terminal below /dev (<c>pts/0</c>), or what stands in for one (<c>:0</c>,
/// <c>sshd</c>).</param>
/// <param name="User">The login name.</param>
/// <param name="LoginTime">Unix seconds.</param>
/// <param name="IsTerminal">Whether the line's last access tells when the user was last active.</param>
public sealed record Session(byte[] Line, byte[] User, long LoginTime, bool IsTerminal);

/// <summary>
/// Where the fields of a utmp record are (utmp(5), glibc). Two sizes exist: most machines keep 32-bit times for the
/// sake of 32-bit programs (384 bytes), arm64 and s390x have 64-bit ones (400 bytes).
/// </summary>
public sealed class UtmpLayout
{
    internal const int TypeBytes = 2;
    internal const int TypePaddingBytes = 2;
    internal const int ProcessBytes = 4;
    internal const int LineBytes = 32;
    internal const int IdBytes = 4;
    internal const int UserBytes = 32;
    private const int HostBytes = 256;
    private const int ExitBytes = 4;
    private const int AddressBytes = 16;
    private const int ReservedBytes = 20;

    internal const int LineOffset = TypeBytes + TypePaddingBytes + ProcessBytes;
    internal const int UserOffset = LineOffset + LineBytes + IdBytes;
    private const int SessionOffset = UserOffset + UserBytes + HostBytes + ExitBytes;

    private readonly int wordBytes;

    private UtmpLayout(int wordBytes, int endPaddingBytes)
    {
        this.wordBytes = wordBytes;
        TimeOffset = SessionOffset + wordBytes;
        RecordBytes = TimeOffset + 2 * wordBytes + AddressBytes + ReservedBytes + endPaddingBytes;
    }

    /// <summary>384 bytes: session id and time are 32 bits each.</summary>
    public static UtmpLayout Narrow { get; } = new(sizeof(int), 0);

    /// <summary>400 bytes: session id and time are 64 bits each.</summary>
    public static UtmpLayout Wide { get; } = new(sizeof(long), 4);

    /// <summary>The layout of the machine this runs on.</summary>
    public static UtmpLayout Native => For(RuntimeInformation.ProcessArchitecture);

    /// <summary>The size of one record.</summary>
    public int RecordBytes { get; }

    /// <summary>Where the login time's seconds are.</summary>
    public int TimeOffset { get; }

    /// <summary>The layout a processor's Linux uses.</summary>
    public static UtmpLayout For(Architecture architecture) =>
        architecture is Architecture.Arm64 or Architecture.S390x ? Wide : Narrow;

    internal long ReadTime(ReadOnlySpan<byte> record) => wordBytes == sizeof(int)
        ? MemoryMarshal.Read<int>(record[TimeOffset..])
        : MemoryMarshal.Read<long>(record[TimeOffset..]);
}

/// <summary>Reads utmp, the file of logged-in users.</summary>
public static class Utmp
{
    /// <summary>How much of a utmp file is read: 1 MiB, some 2700 records.</summary>
    public const int MaxBytes = 1 << 20;

    private const short UserProcess = 7;

    /// <summary>
    /// The sessions in utmp's order: records of type USER_PROCESS with a user name, whatever became of their process,
    /// as Debian's rwhod counts them. A partial record at the end is ignored; any bytes are read without an error.
    /// </summary>
    public static List<Session> Parse(ReadOnlySpan<byte> content, UtmpLayout layout)
    {
        var sessions = new List<Session>();
        for (; content.Length >= layout.RecordBytes; content = content[layout.RecordBytes..])
        {
            if (TryRead(content[..layout.RecordBytes], layout, out var session)) sessions.Add(session);
        }
        return sessions;
    }

    private static bool TryRead(ReadOnlySpan<byte> record, UtmpLayout layout, out Session session)
    {
        session = null!;
        if (MemoryMarshal.Read<short>(record) != UserProcess) return false;
        var user = UntilNul(record.Slice(UtmpLayout.UserOffset, UtmpLayout.UserBytes));
        if (user.IsEmpty) return false;
        var line = UntilNul(record.Slice(UtmpLayout.LineOffset, UtmpLayout.LineBytes));
        session = new Session(line.ToArray(), user.ToArray(), layout.ReadTime(record), IsTerminal: true);
        return true;
    }

    private static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> field)
    {
        var length = field.IndexOf((byte)0);
        return length < 0 ? field : field[..length];
    }
}
