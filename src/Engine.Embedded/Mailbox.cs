namespace Rwho.Engine;

/// <summary>
/// An actor's two queues, and the word that says whether a run is due. Lock-free: senders enqueue and then try to turn
/// Idle into Scheduled; the runner turns it back and then looks at the queues again. Both sides pass a full fence
/// between their two steps, so that one of them sees what the other did, and no wake-up is lost.
/// </summary>
internal sealed class Mailbox(ActorCell cell, Dispatcher dispatcher) : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Closed = 2;

    private MessageQueue<SystemMessage> _systemMessages;
    private MessageQueue<Envelope> _messages;
    private int _status = Idle;

    // Written by the actor's own run alone.
    private int _suspensions;

    internal int Suspensions => _suspensions;

    private bool IsClosed => Volatile.Read(ref _status) == Closed;

    private bool HasWork => !_systemMessages.IsEmpty || (_suspensions == 0 && !_messages.IsEmpty);

    internal void Suspend() => _suspensions++;

    internal void Resume() => _suspensions = Math.Max(0, _suspensions - 1);

    internal void Enqueue(object message, IActorRef? sender)
    {
        if (TryEnqueue(message, sender))
            Wake();
    }

    /// <summary>The same, and if a run is due by it, it is done before this returns.</summary>
    internal void EnqueueHere(object message, IActorRef? sender)
    {
        if (TryEnqueue(message, sender) && IsWoken())
            dispatcher.RunHere(this);
    }

    internal void EnqueueSystem(SystemMessage message)
    {
        if (TryPush(message))
            Wake();
        else
            message.AnswerForTheDead(cell.SelfRef);
    }

    /// <summary>
    /// Takes a message without waking the actor: for what has to be there before anybody knows of it.
    /// </summary>
    internal bool TryPush(SystemMessage message) => _systemMessages.TryEnqueue(message);

    /// <summary>Makes sure that a run follows, unless the actor is over.</summary>
    internal void Wake()
    {
        if (IsWoken())
            dispatcher.Schedule(this);
    }

    void IThreadPoolWorkItem.Execute() => Run(dispatcher.Throughput);

    /// <summary>
    /// Handles all system messages and up to <paramref name="limit"/> others, and returns the number of these.
    /// </summary>
    internal int Run(int limit)
    {
        var handled = 0;
        var outer = ActorCell.Current;
        ActorCell.Current = cell;
        try
        {
            RunSystemMessages();
            while (handled < limit && _suspensions == 0 && !IsClosed && _messages.TryDequeue() is { } envelope)
            {
                handled++;
                cell.Invoke(envelope.Message, envelope.Sender);
                RunSystemMessages();
            }
        }
        finally
        {
            ActorCell.Current = outer;
            EndRun();
        }

        return handled;
    }

    /// <summary>
    /// From here on watches are answered and messages are dead letters. Called within the actor's last run.
    /// </summary>
    internal void Close()
    {
        // First the letters: who learns that the actor is over finds them told of.
        for (var envelope = _messages.Close(); envelope is not null; envelope = envelope.Next)
            cell.System.Undelivered(envelope.Message, envelope.Sender, cell.SelfRef);
        Volatile.Write(ref _status, Closed);
        for (var message = _systemMessages.Close(); message is not null; message = message.Next)
            message.AnswerForTheDead(cell.SelfRef);
    }

    private bool TryEnqueue(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_messages.TryEnqueue(new Envelope(message, sender)))
            return true;
        cell.System.Undelivered(message, sender, cell.SelfRef);
        return false;
    }

    private bool IsWoken() => Interlocked.CompareExchange(ref _status, Scheduled, Idle) == Idle;

    private void EndRun()
    {
        if (IsClosed)
            return;
        if (HasWork)
        {
            dispatcher.Schedule(this);
            return;
        }

        Interlocked.Exchange(ref _status, Idle);
        if (HasWork)
            Wake();
    }

    private void RunSystemMessages()
    {
        while (!IsClosed && _systemMessages.TryDequeue() is { } message)
            cell.InvokeSystem(message);
    }

    private sealed class Envelope(object message, IActorRef? sender) : IQueued<Envelope>
    {
        internal object Message => message;

        internal IActorRef? Sender => sender;

        public Envelope? Next { get; set; }
    }
}
