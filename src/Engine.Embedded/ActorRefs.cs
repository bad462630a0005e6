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
public sealed class Nobody : IActorRef
{
    internal Nobody()
    {
    }

    /// <summary>Outside of every system.</summary>
    public ActorPath Path { get; } = ActorPath.Root("all-systems").Child("Nobody");

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender)
    {
    }
}
