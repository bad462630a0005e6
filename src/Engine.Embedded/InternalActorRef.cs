namespace Rwho.Engine;

/// <summary>What every reference but Nobody can do for the engine itself.</summary>
internal abstract class InternalActorRef : IActorRef
{
    private protected InternalActorRef(ActorPath path) => Path = path;

    public ActorPath Path { get; }

    internal abstract ActorSystem System { get; }

    public abstract void Tell(object message, IActorRef? sender);

    /// <summary>References without a life of their own answer a watch at once, and ignore the rest.</summary>
    internal virtual void SendSystem(SystemMessage message) => message.AnswerForTheDead(this);

    public override string ToString() => $"[{Path}]";
}

/// <summary>The reference of an actor of this system.</summary>
internal sealed class LocalActorRef(ActorPath path, ActorSystem system, Mailbox mailbox) : InternalActorRef(path)
{
    internal override ActorSystem System => system;

    public override void Tell(object message, IActorRef? sender) => mailbox.Enqueue(message, sender);

    internal void TellHere(object message, IActorRef? sender) => mailbox.EnqueueHere(message, sender);

    internal override void SendSystem(SystemMessage message) => mailbox.EnqueueSystem(message);

    internal void Start() => mailbox.Wake();

    internal void Stop() => SendSystem(new TerminateMessage());
}
