using System.Buffers;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>
/// One client: reads a request, sends the reply, shuts its side, reads out what the client still sends, and ends. When
/// it fails it is gone, with its connection, and nobody else notices.
/// </summary>
internal sealed class QuerySession : ReceiveActor, IWithTimers
{
    private const int ReceiveBytes = 1024;

    private readonly NodeParts node;
    private readonly IQueryConnection connection;
    private readonly SessionProgress progress;
    private readonly IActorRef replies;
    private readonly IActorRef watch;
    private readonly Outbox outbox = new();
    private readonly Queue<Outbox.Line> unsent = new();
    private byte[] buffer = [];
    private int received;
    private int surplus;
    private int sentOfFirst;
    private int backlog;
    private bool isReceiving;
    private bool isSending;

    public QuerySession(
        NodeParts node, IQueryConnection connection, SessionProgress progress, IActorRef replies, IActorRef watch)
    {
        this.node = node;
        this.connection = connection;
        this.progress = progress;
        this.replies = replies;
        this.watch = watch;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        Become(Reading);
        Expire(QueryLimits.RequestSeconds);
        Read(buffer.AsMemory());
    }

    protected override void PostStop()
    {
        connection.Dispose();
        // What the system may still read or write is left to the garbage collector.
        if (isSending) unsent.Dequeue().Reply.Abandon();
        foreach (var line in unsent) line.Reply.Release();
        outbox.Close();
        if (!isReceiving) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Reading()
    {
        Receive<Received>(message => Take(message.Bytes));
        Receive<Expired>(_ => Cut());
    }

    private void Waiting()
    {
        Receive<Filled>(_ =>
        {
            Become(Sending);
            QueueFilled();
            if (node.Replies.IsShort) Context.Parent.Tell(Relieve.Instance);
        });
        Receive<Received>(message => Surplus(message.Bytes, endsSession: false));
        Receive<Expired>(_ => Cut());
    }

    private void Sending()
    {
        Receive<Sent>(message => GoOn(message.All, Close));
        Receive<Received>(message => Surplus(message.Bytes, endsSession: false));
        Receive<Expired>(_ => Cut());
    }

    private void Watching()
    {
        Receive<Filled>(_ => QueueFilled());
        Receive<Sent>(message => GoOn(message.All, () => Timers.Cancel(nameof(Expired))));
        Receive<Received>(message => Surplus(message.Bytes, endsSession: false));
        Receive<Refused>(message => Ask(message.Why));
        Receive<Expired>(_ => Cut());
    }

    private void Closing()
    {
        Receive<Received>(message => Surplus(message.Bytes, endsSession: true));
        Receive<Expired>(_ => Context.Stop(Self));
    }

    private void Take(int bytes)
    {
        isReceiving = false;
        if (bytes < 0)
        {
            Context.Stop(Self);
            return;
        }

        progress.Made();
        var searched = received;
        received += bytes;
        if (RequestLine.TryTake(buffer.AsSpan(0, received), searched, bytes == 0, out var request)) Answer(request);
        else Read(buffer.AsMemory(received));
    }

    private void Answer(Request request)
    {
        node.Counters.Asked();
        if (request is not Request.Watch)
        {
            Ask(request);
            return;
        }

        Expire(QueryLimits.StallSeconds);
        Become(Watching);
        watch.Tell(new Subscribe(outbox));
        ReadOut();
    }

    private void Ask(Request request)
    {
        Expire(QueryLimits.StallSeconds);
        Become(Waiting);
        replies.Tell(new Render(request, outbox));
    }

    private void QueueFilled()
    {
        while (outbox.TryTake(out var line)) Queue(line);
    }

    private void Queue(Outbox.Line line)
    {
        unsent.Enqueue(line);
        progress.Has(unsent: true, upToDate: false);
        if (!line.IsBoard) backlog += line.Reply.Bytes.Length;
        if (backlog > QueryLimits.WatchBacklogBytes) Cut();
        else if (unsent.Count == 1) SendMore();
    }

    private void SendMore()
    {
        var rest = unsent.Peek().Reply.Bytes[sentOfFirst..];
        var most = sentOfFirst == 0 ? QueryLimits.FirstBytes : QueryLimits.SendBytes;
        var part = rest[..Math.Min(rest.Length, most)];
        sentOfFirst += part.Length;
        Expire(QueryLimits.StallSeconds);
        isSending = true;
        var self = Self;
        connection.Send(part, all => self.Tell(new Sent(all)));
    }

    private void GoOn(bool sentAll, Action whenDone)
    {
        isSending = false;
        if (!sentAll)
        {
            Context.Stop(Self);
            return;
        }

        progress.Made();
        if (sentOfFirst == unsent.Peek().Reply.Bytes.Length)
        {
            var line = unsent.Dequeue();
            if (!line.IsBoard) backlog -= line.Reply.Bytes.Length;
            line.Reply.Release();
            sentOfFirst = 0;
        }

        if (unsent.Count > 0)
        {
            SendMore();
            return;
        }

        progress.Has(unsent: false, upToDate: true);
        whenDone();
    }

    private void Close()
    {
        progress.Has(unsent: false, upToDate: false);
        connection.ShutdownSend();
        Become(Closing);
        Expire(QueryLimits.RequestSeconds);
        ReadOut();
    }

    /// <summary>Reads what the client sends behind its request, to see its end.</summary>
    private void ReadOut()
    {
        if (!isReceiving) Read(buffer.AsMemory());
    }

    private void Surplus(int bytes, bool endsSession)
    {
        isReceiving = false;
        surplus += Math.Max(bytes, 0);
        if (bytes > 0 && surplus <= QueryLimits.SurplusBytes) ReadOut();
        else if (endsSession || bytes != 0) Context.Stop(Self);
    }

    private void Read(Memory<byte> room)
    {
        isReceiving = true;
        var self = Self;
        connection.Receive(room, bytes => self.Tell(new Received(bytes)));
    }

    private void Cut()
    {
        node.Counters.Cut();
        Context.Stop(Self);
    }

    private void Expire(int seconds) =>
        Timers.StartSingleTimer(nameof(Expired), Expired.Instance, TimeSpan.FromSeconds(seconds));
}
