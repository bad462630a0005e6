using System.Net;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Udp;

/// <summary>A valid datagram and where it came from.</summary>
public readonly record struct HeardDatagram(
    WhodDatagram Datagram, Via Via, IPAddress? Address, Journey Journey = default)
{
    /// <summary>Who brought it into the federation, if it came from there.</summary>
    public Gateway? Gateway { get; init; }
}

/// <summary>
/// Valid datagrams on their way to the table, up to 256. There are only so many batches: who holds one hands it back by
/// <see cref="Release"/>, and while none is free the receive thread waits, so that the queue to the table has a bound
/// and what is too much is dropped by the system, before it costs anything.
/// </summary>
public sealed class ReceiveBatch
{
    public const int Capacity = 256;

    private readonly HeardDatagram[] items = new HeardDatagram[Capacity];
    private readonly Action<ReceiveBatch> release;

    internal ReceiveBatch(Action<ReceiveBatch> release) => this.release = release;

    public int Count { get; private set; }

    /// <summary>When the first datagram was taken.</summary>
    public Moment ReceivedAt { get; private set; }

    public ReadOnlySpan<HeardDatagram> Items => items.AsSpan(0, Count);

    internal bool IsFull => Count == Capacity;

    internal void Add(HeardDatagram item, TimeProvider time)
    {
        if (Count == 0) ReceivedAt = Moment.Now(time);
        items[Count++] = item;
    }

    /// <summary>Hands the batch back; its items are gone.</summary>
    public void Release()
    {
        Array.Clear(items, 0, Count);
        Count = 0;
        release(this);
    }
}
