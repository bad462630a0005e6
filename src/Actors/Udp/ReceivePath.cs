using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
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

    // Where so few datagrams come so far apart, the receive thread takes them into the table itself: to wake another
    // for that costs more than all that is to be done. Where more come, the two work side by side.
    private const int FewDatagrams = 8;
    private const long RestMilliseconds = 10;

    private readonly NodeSettings settings;
    private readonly NodeCounters counters;
    private readonly TimeProvider time;
    private readonly IActorRef receiver;
    private readonly IActorRef hosts;
    private readonly SourceTable sources;
    private readonly Refusals refusals = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim room = new(0);
    private readonly Stack<ReceiveBatch> free = new(); // the one used last is at hand
    private int made;
    private bool isWaiting; // for room
    private volatile bool isClosed;
    private readonly Action messageDone;
    private int messages;
    private ReceiveBatch? batch;
    private long flushed; // when the last batch was handed on

    public ReceivePath(NodeParts node, IActorRef receiver, IActorRef hosts)
    {
        this.hosts = hosts;
        settings = node.Settings;
        counters = node.Counters;
        time = node.Time;
        this.receiver = receiver;
        sources = new SourceTable(settings.RateMax, time);
        messageDone = () => Interlocked.Decrement(ref messages);
    }

    /// <summary>Which source is on which network, and whose; set by the owner when either changes.</summary>
    public void Use(NetworkMap map, NeighbourMap neighbours) => sources.Use(map, neighbours);

    public bool Receive(ReadOnlySpan<byte> bytes, DatagramSource from)
    {
        if (batch is null && !TryTakeBatch()) return false;
        var source = sources.Find(from, out var rejection);
        if (rejection == Rejection.None)
            rejection = NeighbourMessage.Is(bytes) ? TakeMessage(bytes, from, source) : Take(bytes, from, source);
        if (rejection != Rejection.None) Refuse(rejection, from);
        if (batch!.IsFull) Flush();
        return true;
    }

    public void WaitForRoom()
    {
        while (true)
        {
            lock (gate)
            {
                // Once closed the socket is gone, and the next receive says so.
                if (isClosed || TryTakeFree()) return;
                isWaiting = true;
            }

            room.Wait();
        }
    }

    public void Flush()
    {
        if (batch is not { Count: > 0 }) return;
        if (isClosed)
        {
            // Of an earlier socket.
            counters.Dropped(batch.Count);
            batch.Release();
            batch = null;
            return;
        }

        var heard = new HostsProtocol.Heard(batch);
        var at = batch.ReceivedAt.ElapsedMilliseconds;
        var rests = batch.Count <= FewDatagrams && at - flushed >= RestMilliseconds;
        batch = null;
        flushed = at;
        if (rests) Turn.TellHere(hosts, heard);
        else hosts.Tell(heard);
    }

    public void Failed(Exception failure) => receiver.Tell(new ReceiveFailed(failure));

    public void Dispose()
    {
        isClosed = true;
        Wake();
    }

    /// <summary>What there is to tell of refused datagrams. Null when nothing: the next one is told of again.</summary>
    public string? TakeRefusals() => refusals.Take();

    private void Refuse(Rejection rejection, DatagramSource from)
    {
        counters.Count(rejection);
        if (Refusals.IsWorthALine(rejection) && refusals.Add(rejection, from)) receiver.Tell(Refused.Instance);
    }

    private bool TryTakeBatch()
    {
        lock (gate) return TryTakeFree();
    }

    private bool TryTakeFree()
    {
        if (free.TryPop(out batch)) return true;
        if (made == Batches) return false;
        made++;
        batch = new ReceiveBatch(Return);
        return true;
    }

    private void Return(ReceiveBatch released)
    {
        lock (gate) free.Push(released);
        if (Volatile.Read(ref isWaiting)) Wake();
    }

    private void Wake()
    {
        lock (gate)
        {
            if (isWaiting) room.Release();
            isWaiting = false;
        }
    }

    private Rejection Take(ReadOnlySpan<byte> bytes, DatagramSource from, SourceTable.Source source)
    {
        if (bytes.Length < WhodLayout.HeaderBytes) return Rejection.TooShort;
        if (!HasRightPort(from, source)) return Rejection.SourcePort;
        if (!WhodCodec.TryRead(bytes, out var datagram, out var rejection)) return rejection;
        batch!.Add(new HeardDatagram(datagram, source.Via, source.Address, new Journey(0, 0, from.Port)), time);
        return Rejection.None;
    }

    private Rejection TakeMessage(ReadOnlySpan<byte> bytes, DatagramSource from, SourceTable.Source source)
    {
        if (from.Port == 0) return Rejection.SourcePort; // where no answer can be sent to
        if (!source.HasNeighbourAt(from.Port) && !(source.MayBeNeighbour && HasRightPort(from, source)))
            return TakeStranger(bytes, from, source);
        if (NeighbourMessage.TryReadRecord(bytes, out var hops, out var age, out var inner))
        {
            if (!WhodCodec.TryRead(inner, out var datagram, out var rejection)) return rejection;
            // Who is accepted may say so only once it proved its address.
            var via = source.IsNeighbour(from.Port) ? Via.Neighbour : Via.OffNet;
            batch!.Add(
                new HeardDatagram(
                    datagram, via, source.Address, new Journey(age, Math.Max(hops, (byte)1), from.Port)), time);
            return Rejection.None;
        }

        var sender = new IPEndPoint(source.Address, from.Port);
        if (NeighbourMessage.TryReadHello(bytes, out var cookies, out var wantsBoard))
            return Tell(new RelayProtocol.HelloHeard(sender, cookies, wantsBoard, IsStranger: false, messageDone));
        if (NeighbourMessage.TryReadCookie(bytes, out cookies))
            return Tell(new RelayProtocol.CookieHeard(sender, cookies, messageDone));
        return NeighbourMessage.TryReadBoard(bytes, out _)
            ? Tell(new RelayProtocol.BoardHeard(sender, messageDone))
            : Rejection.NeighbourMessage;
    }

    // A neighbour may speak from another of its addresses than the one that was named: its cookie tells.
    private Rejection TakeStranger(ReadOnlySpan<byte> bytes, DatagramSource from, SourceTable.Source source)
    {
        const int Most = RelayLimits.MessagesWaiting / 2;
        if (settings.Neighbours.IsEmpty || Volatile.Read(ref messages) >= Most) return Rejection.NotNeighbour;
        var sender = new IPEndPoint(source.Address, from.Port);
        if (NeighbourMessage.TryReadHello(bytes, out var cookies, out var wantsBoard))
            return Tell(new RelayProtocol.HelloHeard(sender, cookies, wantsBoard, IsStranger: true, messageDone));
        return NeighbourMessage.TryReadCookie(bytes, out cookies)
            ? Tell(new RelayProtocol.CookieHeard(sender, cookies, messageDone))
            : Rejection.NotNeighbour;
    }

    private bool HasRightPort(DatagramSource from, SourceTable.Source source) =>
        settings.AnyPort || from.Port == settings.Port || source.HasNeighbourAt(from.Port);

    private Rejection Tell(object message)
    {
        if (Interlocked.Increment(ref messages) > RelayLimits.MessagesWaiting)
        {
            messageDone();
            return Rejection.RateExceeded;
        }

        receiver.Tell(message);
        return Rejection.None;
    }
}
