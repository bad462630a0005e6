using System.Collections.Concurrent;

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

    private static readonly SystemMessage s_end = new CreateMessage();

    private readonly ConcurrentQueue<Envelope> _messages = new();

    // The latest first; s_end once nothing is taken any more.
    private SystemMessage? _systemMessages;
    private int _status = Idle;

    // Written by the actor's own run alone.
    private int _suspensions;

    internal int Suspensions => _suspensions;

    internal bool IsClosed => Volatile.Read(ref _status) == Closed;

    private bool HasWork =>
        Volatile.Read(ref _systemMessages) is not null || (_suspensions == 0 && !_messages.IsEmpty);

    internal void Suspend() => _suspensions++;

    internal void Resume() => _suspensions = Math.Max(0, _suspensions - 1);

    internal void Enqueue(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        _messages.Enqueue(new Envelope(message, sender));
        Wake();
    }

    internal void EnqueueSystem(SystemMessage message)
    {
        if (Push(message))
            Wake();
        else
            Discard(message);
    }

    /// <summary>Takes a message without waking the actor: for what has to be there before anybody knows of it.</summary>
    internal bool Push(SystemMessage message)
    {
        var head = Volatile.Read(ref _systemMessages);
        while (!ReferenceEquals(head, s_end))
        {
            message.Next = head;
            var seen = Interlocked.CompareExchange(ref _systemMessages, message, head);
            if (ReferenceEquals(seen, head))
                return true;
            head = seen;
        }

        message.Next = null;
        return false;
    }

    /// <summary>Makes sure that a run follows.</summary>
    internal void Wake()
    {
        switch (Interlocked.CompareExchange(ref _status, Scheduled, Idle))
        {
            case Idle:
                dispatcher.Schedule(this);
                break;
            case Closed:
                DiscardMessages();
                break;
        }
    }

    void IThreadPoolWorkItem.Execute() => Run(dispatcher.Throughput);

    /// <summary>Handles all system messages and up to <paramref name="limit"/> others, and returns the number of these.</summary>
    internal int Run(int limit)
    {
        var handled = 0;
        var outer = ActorCell.Current;
        ActorCell.Current = cell;
        try
        {
            RunSystemMessages();
            while (handled < limit && _suspensions == 0 && !IsClosed && _messages.TryDequeue(out var envelope))
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

    /// <summary>From here on watches are answered and messages are dead letters. Called within the actor's last run.</summary>
    internal void Close()
    {
        var rest = TakeSystemMessages(s_end);
        Interlocked.Exchange(ref _status, Closed);
        Discard(rest);
        DiscardMessages();
    }

    /// <summary>Answers the watches in a list that the actor did not come to handle.</summary>
    internal static void Discard(InternalActorRef self, SystemMessage? list)
    {
        for (; list is not null; list = list.Next)
        {
            if (list is WatchMessage { Watcher: var watcher })
                watcher.SendSystem(new DeathNotice(self, existenceConfirmed: false));
        }
    }

    private void EndRun()
    {
        if (IsClosed)
            return;
        if (!HasWork)
        {
            Interlocked.Exchange(ref _status, Idle);
            if (HasWork)
                Wake();
            return;
        }

        dispatcher.Schedule(this);
    }

    private void RunSystemMessages()
    {
        while (Volatile.Read(ref _systemMessages) is not null && !IsClosed)
            cell.InvokeSystem(TakeSystemMessages(null));
    }

    /// <summary>All that came so far, the earliest first.</summary>
    private SystemMessage? TakeSystemMessages(SystemMessage? replacement)
    {
        var latest = Interlocked.Exchange(ref _systemMessages, replacement);
        SystemMessage? earliest = null;
        while (latest is not null)
            (latest.Next, earliest, latest) = (earliest, latest, latest.Next);
        return earliest;
    }

    private void Discard(SystemMessage? list) => Discard(cell.SelfRef, list);

    private void DiscardMessages()
    {
        while (_messages.TryDequeue(out var envelope))
            cell.System.Undelivered(envelope.Message, envelope.Sender, cell.SelfRef);
    }

    private readonly record struct Envelope(object Message, IActorRef? Sender);
}
