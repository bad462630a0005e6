using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>
/// Standard output by write(2), unbuffered. Unlike a file stream it shares its place in a file with whoever else writes
/// there, as standard error does; unlike the console's stream it tells when nobody reads any more.
/// </summary>
internal sealed unsafe class StandardOutput : Stream
{
    private const int File = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a failure to write only says that the reader or the terminal has gone.</summary>
    public static bool IsClosed(IOException failure) => failure.HResult is Libc.EPIPE or Libc.EIO;

    /// <exception cref="IOException">It is not taken; the error's number is the HResult.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count;
            fixed (byte* start = buffer) count = Libc.Write(File, start, (nuint)buffer.Length);
            if (count >= 0) buffer = buffer[(int)count..];
            else GoOnAfter(Marshal.GetLastPInvokeError());
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void GoOnAfter(int error)
    {
        if (error == Libc.EINTR) return;
        if (error != Libc.EAGAIN) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);

        // Somebody who shares it made it non-blocking.
        var ready = new Libc.PollEntry { File = File, Events = Libc.POLLOUT };
        _ = Libc.Poll(&ready, 1, Timeout.Infinite);
    }
}
