namespace Rwho.Engine;

/// <summary>What gives actors their turns, and which clock they live by.</summary>
public abstract class Dispatcher
{
    private protected Dispatcher()
    {
    }

    /// <summary>The process's thread pool and the system's clock.</summary>
    public static Dispatcher ThreadPool { get; } = new ThreadPoolDispatcher();

    /// <summary>The clock of timers, retry windows and ask timeouts, unless the settings name another.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Called with receiver, message and sender before each message of users is handled.</summary>
    private protected Action<IActorRef, object, IActorRef>? Delivering { get; set; }

    internal abstract int Throughput { get; }

    internal abstract void Schedule(Mailbox mailbox);

    /// <summary>Gives a turn on the calling thread, where that is possible.</summary>
    internal virtual void RunHere(Mailbox mailbox) => Schedule(mailbox);

    internal void Trace(IActorRef receiver, object message, IActorRef sender) =>
        Delivering?.Invoke(receiver, message, sender);
}

/// <summary>Runs each mailbox as a work item. Nothing runs, and nothing polls, while there are no messages.</summary>
internal sealed class ThreadPoolDispatcher : Dispatcher
{
    public override TimeProvider Time => TimeProvider.System;

    /// <summary>Messages a turn, before others get theirs: Akka.NET's default.</summary>
    internal override int Throughput => 30;

    internal override void Schedule(Mailbox mailbox) =>
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);

    internal override void RunHere(Mailbox mailbox) => mailbox.Run(Throughput);
}
