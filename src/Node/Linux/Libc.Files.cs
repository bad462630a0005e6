using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Files, terminals, and sockets that are files.</summary>
internal static unsafe partial class Libc
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EACCES = 13;
    public const int EROFS = 30;
    public const int EADDRINUSE = 98;

    public const int AF_UNIX = 1;
    public const int SOL_SOCKET = 1;
    public const int SO_PEERCRED = 17;
    public const int SOCK_STREAM = 1;

    public const int W_OK = 2;

    public const int F_TLOCK = 2;

    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7FF;
    private const uint STATX_BTIME = 0x800;

    [LibraryImport(Library, EntryPoint = "chmod", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int file, nuint request, void* argument);

    /// <summary>The lock is this process' own, and gone when it closes the file; readers do not notice it.</summary>
    [LibraryImport(Library, EntryPoint = "lockf", SetLastError = true)]
    public static partial int LockFile(int file, int command, nint length);

    /// <summary>Of the link itself, where the path is one.</summary>
    public static int StatusOf(string path, out FileEntry entry) =>
        ExtendedStatus(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out entry);

    /// <summary>Of an open file.</summary>
    public static int StatusOf(int file, out FileEntry entry) =>
        ExtendedStatus(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, out entry);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExtendedStatus(int directory, string path, int flags, uint mask, out FileEntry entry);

    /// <summary>struct statx, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileEntry
    {
        private const ushort TypeMask = 0xF000;
        private const ushort SocketType = 0xC000;
        private const ushort FileType = 0x8000;
        private const ushort LinkType = 0xA000;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        /// <summary>When it was made; 0 where the file system does not know.</summary>
        [FieldOffset(80)]
        public long BirthSeconds;

        [FieldOffset(88)]
        public uint BirthNanoseconds;

        [FieldOffset(136)]
        public ulong Device;

        public readonly bool IsSocket => (Mode & TypeMask) == SocketType;

        public readonly bool IsFile => (Mode & TypeMask) == FileType;

        public readonly bool IsLink => (Mode & TypeMask) == LinkType;

        public readonly bool IsSame(FileEntry other) => Inode == other.Inode && Device == other.Device;
    }
}
