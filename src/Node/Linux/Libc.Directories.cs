using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Files named within an open directory, whatever becomes of its path meanwhile.</summary>
internal static unsafe partial class Libc
{
    public const int EBUSY = 16;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOSPC = 28;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int EDQUOT = 122;

    public const int O_WRONLY = 1;

    // The two values differ between the machines with a fcntl.h of their own and those with the kernel's common one.
    private static readonly bool HasOwnFlags = RuntimeInformation.ProcessArchitecture
        is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le;

    public static readonly int O_DIRECTORY = HasOwnFlags ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = HasOwnFlags ? 0x8000 : 0x20000;

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string name, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int directory, string name, int flags);
}
