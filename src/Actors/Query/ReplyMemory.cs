using System.Buffers;

namespace Rwho.Actors.Query;

/// <summary>The memory of all replies that somebody holds.</summary>
public sealed class ReplyMemory
{
    private long bytes;

    /// <summary>Bytes of the buffers of all replies that are held.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>More than <see cref="QueryLimits.ReplyBytes"/>: clients that do not read have to go.</summary>
    public bool IsShort => Bytes > QueryLimits.ReplyBytes;

    /// <summary>Writes a reply into a pooled buffer.</summary>
    public Reply Write(Action<ReplyWriter> write)
    {
        var writer = new ReplyWriter();
        write(writer);
        Count(writer.Buffer.Length);
        return new Reply(this, writer.Buffer, writer.Written);
    }

    internal void Count(int more) => Interlocked.Add(ref bytes, more);
}

/// <summary>Writes into one pooled buffer, which grows.</summary>
public sealed class ReplyWriter : IBufferWriter<byte>
{
    private const int FirstBytes = 4096;

    internal byte[] Buffer { get; private set; } = ArrayPool<byte>.Shared.Rent(FirstBytes);

    /// <summary>Bytes so far.</summary>
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
