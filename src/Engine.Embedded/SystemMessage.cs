namespace Rwho.Engine;

/// <summary>
/// The engine's own messages. They overtake the users', and no instance is ever sent twice: each is a link.
/// </summary>
internal abstract class SystemMessage : IQueued<SystemMessage>
{
    public SystemMessage? Next { get; set; }

    /// <summary>The least phase of an actor in which this message has to wait.</summary>
    internal virtual Phase WaitsFrom => Phase.Never;

    /// <summary>What an actor that is over does about this message.</summary>
    internal virtual void AnswerForTheDead(InternalActorRef dead)
    {
    }

    /// <summary>
    /// How ready an actor is for system messages. Each phase takes fewer of them than the one before.
    /// </summary>
    internal enum Phase
    {
        Normal,
        Suspended,
        WaitingForChildren,
        Never,
    }
}

/// <summary>Make the first instance. Always the first message of all.</summary>
internal sealed class CreateMessage : SystemMessage;

/// <summary>Stop, children first.</summary>
internal sealed class TerminateMessage : SystemMessage;

/// <summary>Handle no messages of users until resumed.</summary>
internal sealed class SuspendMessage : SystemMessage
{
    internal override Phase WaitsFrom => Phase.WaitingForChildren;
}

/// <summary>Undo one suspension; with a failure, the one it caused.</summary>
internal sealed class ResumeMessage(Exception? causedByFailure) : SystemMessage
{
    internal Exception? CausedByFailure => causedByFailure;

    internal override Phase WaitsFrom => Phase.WaitingForChildren;
}

/// <summary>Replace the instance.</summary>
internal sealed class RecreateMessage(Exception cause) : SystemMessage
{
    internal Exception Cause => cause;

    internal override Phase WaitsFrom => Phase.WaitingForChildren;
}

/// <summary>A child failed, is suspended and waits for a decision.</summary>
internal sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
{
    internal LocalActorRef Child => child;

    internal Exception Cause => cause;

    internal override Phase WaitsFrom => Phase.Suspended;
}

/// <summary>Tell the watcher when it is over.</summary>
internal sealed class WatchMessage(InternalActorRef watcher) : SystemMessage
{
    internal InternalActorRef Watcher => watcher;

    internal override void AnswerForTheDead(InternalActorRef dead) =>
        watcher.SendSystem(new DeathNotice(dead, existenceConfirmed: false));
}

/// <summary>Do not tell the watcher any more.</summary>
internal sealed class UnwatchMessage(InternalActorRef watcher) : SystemMessage
{
    internal InternalActorRef Watcher => watcher;
}

/// <summary>An actor is over: to its supervisor first, then to its watchers.</summary>
internal sealed class DeathNotice(InternalActorRef actor, bool existenceConfirmed) : SystemMessage
{
    internal InternalActorRef Actor => actor;

    internal bool ExistenceConfirmed => existenceConfirmed;
}
