using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>
/// The C library's functions that .NET has no call for. All arguments are blittable or UTF-8 strings, so nothing
/// needs run-time marshalling. Constants have the values shared by x86-64 and arm64.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EINTR = 4;
    public const int EEXIST = 17;
    public const int ERANGE = 34;

    public const int O_RDONLY = 0;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    public const int CLOCK_BOOTTIME = 7;

    public const int F_SETFD = 2;
    public const int FD_CLOEXEC = 1;

    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;
    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int RLIMIT_NOFILE = 7;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport(Library, EntryPoint = "clock_gettime"), SuppressGCTransition]
    public static partial int GetClock(int clock, TimeSpecification* time);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport(Library, EntryPoint = "dup2", SetLastError = true)]
    public static partial int Dup2(int from, int to);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(int file, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "umask")]
    public static partial uint SetUmask(uint mask);

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "getifaddrs", SetLastError = true)]
    public static partial int GetInterfaceAddresses(nint* first);

    [LibraryImport(Library, EntryPoint = "freeifaddrs")]
    public static partial void FreeInterfaceAddresses(nint first);

    [LibraryImport(Library, EntryPoint = "if_nametoindex", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    [LibraryImport(Library, EntryPoint = "gethostname", SetLastError = true)]
    public static partial int GetHostName(byte* name, nuint length);

    [LibraryImport(Library, EntryPoint = "getservbyname", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetServiceByName(string name, string protocol);

    [LibraryImport(Library, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetAccountByName(
        string name, PasswordEntry* entry, byte* buffer, nuint length, PasswordEntry** found);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "initgroups", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InitializeGroups(string user, uint group);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetGroupIds(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetUserIds(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport(Library, EntryPoint = "capget", SetLastError = true)]
    public static partial int GetCapabilities(CapabilityHeader* header, CapabilityWord* words);

    [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
    public static partial int SetCapabilities(CapabilityHeader* header, CapabilityWord* words);

    [LibraryImport(Library, EntryPoint = "execve", SetLastError = true)]
    public static partial int Execute(byte* path, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    /// <summary>The text of the last failed call's error, such as "Permission denied".</summary>
    public static string LastErrorText() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>struct ifaddrs of glibc and musl, natural alignment on 32 and 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InterfaceEntry
    {
        public nint Next;
        public byte* Name;
        public uint Flags;
        public byte* Address;
        public byte* Netmask;
        public byte* BroadcastOrPeer;
        public nint Data;
    }

    /// <summary>struct passwd of glibc and musl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PasswordEntry
    {
        public byte* Name;
        public byte* Password;
        public uint UserId;
        public uint GroupId;
        public byte* FullName;
        public byte* Home;
        public byte* Shell;
    }

    /// <summary>struct servent; the port is 16 bits in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ServiceEntry
    {
        public byte* Name;
        public byte** Aliases;
        public int Port;
        public byte* Protocol;
    }

    /// <summary>struct __user_cap_header_struct.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CapabilityHeader
    {
        public uint Version;
        public int Process;
    }

    /// <summary>struct __user_cap_data_struct: 32 capabilities of each set; two of them make a whole.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CapabilityWord
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }

    /// <summary>struct timespec</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct rlimit</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Limit(ulong Soft, ulong Hard);
}
