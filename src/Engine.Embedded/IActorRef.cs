namespace Rwho.Engine;

/// <summary>Whatever takes messages.</summary>
public interface ICanTell
{
    /// <summary>
    /// Hands over a message and returns at once. Messages of one sender to one receiver keep their order.
    /// </summary>
    /// <param name="message">Not null, and not changed any more by the sender.</param>
    /// <param name="sender">Whom to answer; <see cref="ActorRefs.NoSender"/> when nobody waits.</param>
    void Tell(object message, IActorRef? sender);
}

/// <summary>The handle of one actor: valid across its restarts, a sink for dead letters after its end.</summary>
public interface IActorRef : ICanTell
{
    /// <summary>Where the actor stands in its system.</summary>
    ActorPath Path { get; }
}

/// <summary>Tells that find out the sender themselves, as in Akka.NET.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Tells with the actor that is running on this thread as the sender, or none.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Passes a message on in the name of the sender of the message being handled.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Sender);
}

/// <summary>Questions about references.</summary>
public static class ActorRefExtensions
{
    /// <summary>True for null, for <see cref="ActorRefs.Nobody"/> and for a system's dead letters.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody or DeadLetterRef;
}
