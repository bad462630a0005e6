using System.Buffers;
using static Rwho.Actors.Query.QueryProtocol;

namespace Rwho.Actors.Query;

/// <summary>When a session last got on; read by who has to choose one to close.</summary>
internal sealed class SessionProgress(TimeProvider time)
{
    private long last = time.GetTimestamp();

    public long Last => Volatile.Read(ref last);

    public void Made() => Volatile.Write(ref last, time.GetTimestamp());
}

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
    private readonly Queue<Line> unsent = new();
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
        ReceiveMore();
    }

    protected override void PostStop()
    {
        connection.Dispose();
        // What the system may still read or write is left to the garbage collector.
        if (isSending) unsent.Dequeue();
        foreach (var line in unsent) line.Reply.Release();
        if (!isReceiving) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Reading()
    {
        Receive<Received>(message => Take(message.Bytes));
        Receive<Expired>(_ => Cut());
    }

    private void Waiting()
    {
        Receive<Rendered>(message =>
        {
            Become(Sending);
            unsent.Enqueue(new Line(message.Reply, IsBoard: true));
            SendMore();
        });
        Receive<Expired>(_ => Cut());
    }

    private void Sending()
    {
        Receive<Sent>(message => GoOn(message.All, Close));
        Receive<Expired>(_ => Cut());
    }

    private void Watching()
    {
        Receive<Line>(Queue);
        Receive<Sent>(message => GoOn(message.All, () => Timers.Cancel(nameof(Expired))));
        Receive<Received>(message => Surplus(message.Bytes, endsSession: false));
        Receive<Refused>(message => Answer(message.Why));
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
        var end = buffer.AsSpan(searched, bytes).IndexOf((byte)'\n');
        var length = end < 0 ? received : searched + end;
        if (length > RequestLine.MaxBytes) Answer(RequestLine.TooLong);
        else if (end >= 0 || bytes == 0) Answer(RequestLine.Parse(buffer.AsSpan(0, length).TrimEnd((byte)'\r')));
        else ReceiveMore();
    }

    private void Answer(Request request)
    {
        node.Counters.Asked();
        Expire(QueryLimits.StallSeconds);
        if (request is Request.Watch)
        {
            Become(Watching);
            watch.Tell(Subscribe.Instance);
            ReceiveMore();
            return;
        }

        Become(Waiting);
        replies.Tell(new Render(request));
    }

    private void Queue(Line line)
    {
        unsent.Enqueue(line);
        if (!line.IsBoard) backlog += line.Reply.Bytes.Length;
        if (backlog > QueryLimits.WatchBacklogBytes) Cut();
        else if (unsent.Count == 1) SendMore();
    }

    private void SendMore()
    {
        var rest = unsent.Peek().Reply.Bytes[sentOfFirst..];
        var part = rest[..Math.Min(rest.Length, QueryLimits.SendBytes)];
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

        if (unsent.Count > 0) SendMore();
        else whenDone();
    }

    private void Close()
    {
        connection.ShutdownSend();
        Become(Closing);
        Expire(QueryLimits.RequestSeconds);
        ReceiveMore();
    }

    private void Surplus(int bytes, bool endsSession)
    {
        isReceiving = false;
        surplus += Math.Max(bytes, 0);
        if (bytes > 0 && surplus <= QueryLimits.SurplusBytes) ReceiveMore(again: true);
        else if (endsSession || bytes != 0) Context.Stop(Self);
    }

    private void ReceiveMore(bool again = false)
    {
        isReceiving = true;
        var self = Self;
        var room = again ? buffer.AsMemory() : buffer.AsMemory(received);
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
