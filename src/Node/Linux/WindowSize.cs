using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>The size of the terminal on standard output, asked of the system each time.</summary>
internal static unsafe class WindowSize
{
    /// <summary>The signal SIGWINCH.</summary>
    public const PosixSignal Changed = (PosixSignal)28;

    private const int StandardOutput = 1;
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ
    private const int UsualColumns = 80, UsualLines = 24;

    public static (int Columns, int Lines) Read()
    {
        const int Line = 0, Column = 1, Words = 4; // struct winsize
        var size = stackalloc ushort[Words];
        return Libc.Control(StandardOutput, GetWindowSize, size) == 0 && size[Line] > 0 && size[Column] > 0
            ? (size[Column], size[Line])
            : (UsualColumns, UsualLines);
    }
}
