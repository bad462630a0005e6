using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Reads the system's small status files whole, whatever they turn out to be.</summary>
public static unsafe class SmallFile
{
    private const int FirstSize = 4096;

    /// <summary>
    /// Reads a file up to <paramref name="limit"/> bytes; what lies beyond is not read. It never blocks: a fifo without
    /// a writer reads as empty. False when it cannot be opened or read (missing, no permission, a directory).
    /// </summary>
    public static bool TryRead(string path, int limit, out byte[] content)
    {
        content = [];
        var file = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (file < 0) return false;
        try
        {
            return TryReadAll(file, limit, out content);
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>The same into a buffer: at most as much as it has room for.</summary>
    public static bool TryRead(string path, Span<byte> buffer, out int length)
    {
        length = 0;
        var file = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (file < 0) return false;
        try
        {
            int count;
            while (length < buffer.Length && (count = Read(file, buffer[length..])) != 0)
            {
                if (count < 0) return false;
                length += count;
            }
            return true;
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    private static bool TryReadAll(int file, int limit, out byte[] content)
    {
        content = new byte[Math.Min(FirstSize, limit)];
        var length = 0;
        while (length < limit)
        {
            if (length == content.Length) Array.Resize(ref content, Math.Min(content.Length * 2, limit));
            var count = Read(file, content.AsSpan(length));
            if (count < 0)
            {
                content = [];
                return false;
            }
            if (count == 0) break;
            length += count;
        }
        Array.Resize(ref content, length);
        return true;
    }

    /// <summary>0 at the end, negative on failure.</summary>
    private static int Read(int file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Libc.Read(file, start, (nuint)buffer.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != Libc.EINTR) return (int)count;
            }
        }
    }
}
