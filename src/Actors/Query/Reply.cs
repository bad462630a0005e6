namespace Rwho.Actors.Query;

/// <summary>
/// Bytes for one or many clients, in a pooled buffer that goes back when the last holder lets go. Who makes it holds it
/// first.
/// </summary>
public sealed class Reply
{
    private readonly ReplyMemory memory;
    private readonly byte[] buffer;
    private readonly int length;
    private int holders = 1;
    private bool isAbandoned;

    internal Reply(ReplyMemory memory, byte[] buffer, int length)
    {
        this.memory = memory;
        this.buffer = buffer;
        this.length = length;
    }

    /// <summary>Valid while the reply is held.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    public Reply Hold()
    {
        Interlocked.Increment(ref holders);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) > 0) return;
        memory.Count(-buffer.Length);
        if (!Volatile.Read(ref isAbandoned)) ReplyWriter.Return(buffer);
    }

    /// <summary>
    /// Lets go while the system may still read the bytes: the buffer is left to the garbage collector.
    /// </summary>
    public void Abandon()
    {
        Volatile.Write(ref isAbandoned, true);
        Release();
    }
}
