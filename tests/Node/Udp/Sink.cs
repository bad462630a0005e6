using System.Collections.Concurrent;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Node.Udp;

/// <summary>Keeps what a socket receives; takes nothing while it is full.</summary>
internal sealed class Sink : IDatagramSink, IDisposable
{
    private readonly ConcurrentQueue<(byte[] Bytes, DatagramSource From)> taken = new();
    private readonly SemaphoreSlim room = new(0);
    private volatile bool isFull;

    public IReadOnlyCollection<(byte[] Bytes, DatagramSource From)> Taken => taken;

    /// <summary>Set when the receive thread waits for room.</summary>
    public ManualResetEventSlim Waiting { get; } = new();

    public Exception? Failure { get; private set; }

    public bool IsFlushed { get; private set; }

    public bool Receive(ReadOnlySpan<byte> datagram, DatagramSource from)
    {
        if (isFull) return false;
        taken.Enqueue((datagram.ToArray(), from));
        return true;
    }

    public void WaitForRoom()
    {
        Waiting.Set();
        room.Wait(Eventually.Deadline);
    }

    public void Flush() => IsFlushed = true;

    public void Failed(Exception failure) => Failure = failure;

    public void Fill() => isFull = true;

    public void MakeRoom()
    {
        isFull = false;
        room.Release();
    }

    /// <summary>Lets the receive thread go without there being room, as when the node is closed.</summary>
    public void Close() => room.Release();

    public Task UntilTaken(int count) => Eventually.True(() => taken.Count >= count, () => $"{count} of {taken.Count}");

    public void Dispose()
    {
        Close();
        Waiting.Dispose();
    }
}
