using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Writing where others write too, and the signals of terminals.</summary>
internal static unsafe partial class Libc
{
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EPIPE = 32;

    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int ForegroundGroup(int terminal);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    public static partial int ProcessGroup();

    [LibraryImport(Library, EntryPoint = "raise")]
    public static partial int Raise(int signal);

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SetSignalAction(int signal, SignalAction* action, SignalAction* before);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }

    /// <summary>struct sigaction, 152 bytes in glibc and musl, to be handed on as it is.</summary>
    [InlineArray(Words)]
    public struct SignalAction
    {
        private const int Words = 19;
        private ulong first;
    }
}
