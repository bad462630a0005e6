using System.Collections.Concurrent;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Protocol;
using static Rwho.Actors.Udp.UdpProtocol;

namespace Rwho.Actors.Udp;

/// <summary>
/// What the receive thread does with each datagram before anything reaches a mailbox: source, rate, version, type,
/// name, then into a batch. A refused one is a counter and no more.
/// </summary>
internal sealed class ReceivePath : IDatagramSink, IDisposable
{
    /// <summary>Batches on their way at once.</summary>
    public const int Batches = 16;

    private readonly NodeSettings settings;
    private readonly NodeCounters counters;
    private readonly TimeProvider time;
    private readonly IActorRef receiver;
    private readonly SourceTable sources;
    private readonly Refusals refusals = new();
    private readonly ConcurrentQueue<ReceiveBatch> free = new();
    private readonly SemaphoreSlim available = new(Batches);
    private readonly CancellationTokenSource closed = new();
    private ReceiveBatch? batch;

    public ReceivePath(NodeParts node, IActorRef receiver)
    {
        settings = node.Settings;
        counters = node.Counters;
        time = node.Time;
        this.receiver = receiver;
        sources = new SourceTable(settings.RateMax, time);
        for (var i = 0; i < Batches; i++) free.Enqueue(new ReceiveBatch(Return));
    }

    /// <summary>Which source is on which network; set by the owner when networks change.</summary>
    public void Use(NetworkMap map) => sources.Use(map);

    public bool Receive(ReadOnlySpan<byte> bytes, DatagramSource from)
    {
        if (batch is null && !TryTakeBatch()) return false;
        var source = sources.Find(from, out var rejection);
        WhodDatagram? datagram = null;
        if (rejection == Rejection.None) rejection = Check(bytes, from, out datagram);
        if (datagram is null) Refuse(rejection, from);
        else batch!.Add(new HeardDatagram(datagram, source.Via, source.Address), time);
        if (batch!.IsFull) Flush();
        return true;
    }

    public void WaitForRoom()
    {
        try
        {
            available.Wait(closed.Token);
            free.TryDequeue(out batch);
        }
        catch (OperationCanceledException)
        {
            // Closed: the socket is gone, and the next receive says so.
        }
    }

    public void Flush()
    {
        if (batch is not { Count: > 0 }) return;
        receiver.Tell(new HostsProtocol.Heard(batch));
        batch = null;
    }

    public void Failed(Exception failure) => receiver.Tell(new ReceiveFailed(failure));

    public void Dispose() => closed.Cancel();

    /// <summary>What there is to tell of refused datagrams. Null when nothing: the next one is told of again.</summary>
    public string? TakeRefusals() => refusals.Take();

    private void Refuse(Rejection rejection, DatagramSource from)
    {
        counters.Count(rejection);
        if (Refusals.IsWorthALine(rejection) && refusals.Add(rejection, from)) receiver.Tell(Refused.Instance);
    }

    private bool TryTakeBatch() => available.Wait(0) && free.TryDequeue(out batch);

    private void Return(ReceiveBatch released)
    {
        free.Enqueue(released);
        available.Release();
    }

    private Rejection Check(ReadOnlySpan<byte> bytes, DatagramSource source, out WhodDatagram? datagram)
    {
        datagram = null;
        if (bytes.Length < WhodLayout.HeaderBytes) return Rejection.TooShort;
        if (!settings.AnyPort && source.Port != settings.Port) return Rejection.SourcePort;
        WhodCodec.TryRead(bytes, out datagram, out var rejection);
        return rejection;
    }
}
