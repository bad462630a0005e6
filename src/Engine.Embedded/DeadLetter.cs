namespace Rwho.Engine;

/// <summary>A message that reached no actor.</summary>
/// <param name="Message">What was told.</param>
/// <param name="Sender">Who told it; the system's dead letters if nobody did.</param>
/// <param name="Recipient">Who would have got it.</param>
public sealed record DeadLetter(object Message, IActorRef Sender, IActorRef Recipient);

/// <summary>Where answers to nobody go.</summary>
internal sealed class DeadLetterRef(ActorPath path, ActorSystem system) : InternalActorRef(path)
{
    internal override ActorSystem System => system;

    public override void Tell(object message, IActorRef? sender) => system.Undelivered(message, sender, this);
}
