using System.Buffers;

namespace Rwho.Actors.Query;

/// <summary>The memory of all replies that somebody holds.</summary>
/// <param name="most">Beyond it clients that do not read have to go, bytes.</param>
public sealed class ReplyMemory(long most = QueryLimits.ReplyBytes)
{
    /// <summary>
    /// When no large reply was made for so long, the memory of those before is given back to the system, which the
    /// runtime would not do for want of something to do.
    /// </summary>
    public static readonly TimeSpan GiveBackTime = TimeSpan.FromSeconds(20);

    /// <summary>From here on a reply is large.</summary>
    public const int LargeBytes = 16 << 20;

    /// <summary>
    /// A reply is given again for so many times as long as it took to make: however large a board somebody makes up,
    /// it costs no more than a fifth of a core for each way to ask.
    /// </summary>
    internal const int RestFactor = 4;

    private long bytes;

    /// <summary>Bytes of the buffers of all replies that are held.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>More than there may be: clients that do not read have to go.</summary>
    public bool IsShort => Bytes > most;

    /// <summary>Writes a reply into a buffer.</summary>
    /// <param name="expected">How long it may be, bytes: what turns out longer is copied as it grows.</param>
    public Reply Write(Action<ReplyWriter> write, int expected = 0)
    {
        var writer = new ReplyWriter(expected);
        write(writer);
        Count(writer.Buffer.Length);
        return new Reply(this, writer.Buffer, writer.Written);
    }

    /// <summary>Gives the memory of large replies back; false while one is still held.</summary>
    internal bool TryGiveBack()
    {
        if (Bytes > LargeBytes) return false;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    internal void Count(int more) => Interlocked.Add(ref bytes, more);
}

/// <summary>
/// Writes into one buffer, which grows: from a pool, but for large ones, which the pool would keep for good.
/// </summary>
public sealed class ReplyWriter(int expected = 0) : IBufferWriter<byte>
{
    private const int FirstBytes = 4096;
    private const int PooledBytes = 1 << 20;

    internal byte[] Buffer { get; private set; } = Take(Math.Max(expected, FirstBytes));

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
        var larger = Take(Math.Max(wanted, 2 * Buffer.Length));
        Buffer.AsSpan(0, Written).CopyTo(larger);
        Return(Buffer);
        Buffer = larger;
    }

    private static byte[] Take(int bytes) =>
        bytes > PooledBytes ? GC.AllocateUninitializedArray<byte>(bytes) : ArrayPool<byte>.Shared.Rent(bytes);

    internal static void Return(byte[] buffer)
    {
        if (buffer.Length <= PooledBytes) ArrayPool<byte>.Shared.Return(buffer);
    }
}
