namespace Rwho.Engine;

/// <summary>The references that stand for no actor.</summary>
public static class ActorRefs
{
    /// <summary>What a look-up answers when there is no such actor. Swallows what it is told.</summary>
    public static readonly Nobody Nobody = new();

    /// <summary>Sender of a message that nobody waits for an answer to.</summary>
    public static readonly IActorRef? NoSender;
}

/// <summary>The type of <see cref="ActorRefs.Nobody"/>.</summary>
public sealed class Nobody : InternalActorRef
{
    internal Nobody()
        : base(ActorPath.Root("all-systems").Child("Nobody"))
    {
    }

    /// <inheritdoc/>
    public override void Tell(object message, IActorRef? sender)
    {
    }

    internal override ActorSystem System => throw new ArgumentException("Nobody belongs to no actor system.");

    internal override void SendSystem(SystemMessage message)
    {
    }
}
