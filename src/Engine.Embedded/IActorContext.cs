namespace Rwho.Engine;

/// <summary>Where actors are made: a context makes children, a system makes top-level actors.</summary>
public interface IActorRefFactory
{
    /// <summary>Starts an actor. Its constructor runs later, as its own first step.</summary>
    /// <param name="props">How to make it.</param>
    /// <param name="name">Unique among its siblings, dying ones included; null for a made-up name.</param>
    /// <exception cref="InvalidActorNameException">The name is taken or malformed.</exception>
    /// <exception cref="InvalidOperationException">The maker is stopping or has stopped.</exception>
    IActorRef ActorOf(Props props, string? name = null);
}

/// <summary>An actor's view of itself and its surroundings; valid only while the actor is running.</summary>
public interface IActorContext : IActorRefFactory
{
    /// <summary>The actor itself.</summary>
    IActorRef Self { get; }

    /// <summary>Who sent the message being handled; the system's dead letters if nobody did.</summary>
    IActorRef Sender { get; }

    /// <summary>The supervisor.</summary>
    IActorRef Parent { get; }

    /// <summary>The system it lives in.</summary>
    ActorSystem System { get; }

    /// <summary>The child of that name, dying ones included, or <see cref="ActorRefs.Nobody"/>.</summary>
    IActorRef Child(string name);

    /// <summary>A snapshot of the children, dying ones included.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>
    /// Asks for one <see cref="Terminated"/> once <paramref name="subject"/> has stopped; at once when it already has.
    /// A restart is no end.
    /// </summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Takes back a watch; a <see cref="Terminated"/> that already waits in the mailbox is dropped.</summary>
    IActorRef Unwatch(IActorRef subject);

    /// <summary>
    /// Stops an actor after the message it is handling; what else waits in its mailbox becomes dead letters.
    /// </summary>
    void Stop(IActorRef child);
}
