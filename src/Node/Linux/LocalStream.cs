using System.Runtime.InteropServices;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>A connection to a Unix socket, by the system's calls: .NET's sockets take long to get ready.</summary>
internal sealed unsafe class LocalStream : IDisposable
{
    private const int PathBytes = 108; // sun_path, its NUL included

    private readonly int file;

    private LocalStream(int file) => this.file = file;

    /// <summary>Null where that is not possible at once, whatever the reason.</summary>
    public static LocalStream? TryConnect(string path)
    {
        Span<byte> address = stackalloc byte[sizeof(ushort) + PathBytes];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_UNIX);
        if (Encoding.UTF8.GetByteCount(path) >= PathBytes) return null;
        Encoding.UTF8.GetBytes(path, address[sizeof(ushort)..]);
        var file = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.O_NONBLOCK, 0);
        if (file < 0) return null;
        fixed (byte* start = address)
        {
            if (Libc.Connect(file, start, (uint)address.Length) == 0) return new LocalStream(file);
        }

        _ = Libc.Close(file);
        return null;
    }

    /// <summary>Whether all of it is under way.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) return Libc.Write(file, start, (nuint)bytes.Length) == bytes.Length;
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    /// <exception cref="TimeoutException">Nothing came for so long.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public int Read(Span<byte> buffer, TimeSpan silence)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = buffer) count = Libc.Read(file, start, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.EAGAIN) Wait(silence);
            else if (error != Libc.EINTR) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    public void Dispose() => _ = Libc.Close(file);

    private void Wait(TimeSpan silence)
    {
        var ready = new Libc.PollEntry { File = file, Events = Libc.POLLIN };
        if (Libc.Poll(&ready, 1, (int)silence.TotalMilliseconds) == 0) throw new TimeoutException();
    }
}
