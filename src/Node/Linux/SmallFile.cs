using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Reads the system's small status files whole, whatever they turn out to be.</summary>
public static unsafe class SmallFile
{
    private const int FirstSize = 4096;

    /// <summary>
    /// Reads a file up to <paramref name="limit"/> bytes; what lies beyond is not read. It never blocks. False when it
    /// cannot be opened or read (missing, no permission) or is no file (a directory, a fifo).
    /// </summary>
    public static bool TryRead(string path, int limit, out byte[] content) =>
        TryRead(path, limit, out content, out _);

    /// <summary>The same, and why not; null for a file that does not exist.</summary>
    public static bool TryRead(string path, int limit, out byte[] content, out string? trouble)
    {
        content = [];
        var file = Open(path, out trouble);
        if (file < 0) return false;
        try
        {
            if (TryReadAll(file, limit, out content)) return true;
            trouble = Libc.LastErrorText();
            return false;
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>Into a buffer: at most as much as it has room for. A fifo without a writer reads as empty.</summary>
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

    /// <summary>Negative when it is no file, or cannot be opened.</summary>
    private static int Open(string path, out string? trouble)
    {
        trouble = null;
        var file = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (file < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.ENOENT) trouble = Libc.LastErrorText();
            return file;
        }

        if (Libc.StatusOf(file, out var entry) == 0 && entry.IsFile) return file;
        trouble = "not a regular file";
        _ = Libc.Close(file);
        return -1;
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
