using System.Buffers;

namespace Rwho.Actors.Query;

/// <summary>
/// Bytes for one or many clients, in a pooled buffer that goes back when the last holder lets go. Who makes it holds it
/// first.
/// </summary>
public sealed class Reply
{
    private readonly byte[] buffer;
    private readonly int length;
    private int holders = 1;

    private Reply(byte[] buffer, int length)
    {
        this.buffer = buffer;
        this.length = length;
    }

    /// <summary>Valid while the reply is held.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Writes a reply into a pooled buffer.</summary>
    public static Reply Of(Action<IBufferWriter<byte>> write)
    {
        var writer = new PooledWriter();
        write(writer);
        return new Reply(writer.Buffer, writer.Written);
    }

    public Reply Hold()
    {
        Interlocked.Increment(ref holders);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private sealed class PooledWriter : IBufferWriter<byte>
    {
        private const int FirstBytes = 4096;

        public byte[] Buffer { get; private set; } = ArrayPool<byte>.Shared.Rent(FirstBytes);

        public int Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Grow(sizeHint);
            return Buffer.AsMemory(Written);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        private void Grow(int sizeHint)
        {
            var wanted = Written + Math.Max(sizeHint, 1);
            if (wanted <= Buffer.Length) return;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, 2 * Buffer.Length));
            Buffer.AsSpan(0, Written).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(Buffer);
            Buffer = larger;
        }
    }
}
