namespace Rwho.Engine;

/// <summary>A child's name is taken or malformed.</summary>
public sealed class InvalidActorNameException(string message) : Exception(message);

/// <summary>No answer came in time.</summary>
public sealed class AskTimeoutException(string message) : Exception(message);

/// <summary>Thrown in an actor by <see cref="Kill"/>.</summary>
public sealed class ActorKilledException(string message) : Exception(message);

/// <summary>An actor that was watched has stopped, and the watcher has no handler for that.</summary>
public sealed class DeathPactException(IActorRef deadActor) : Exception($"Monitored actor {deadActor} terminated")
{
    /// <summary>Who stopped.</summary>
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>The constructor or <c>PreStart</c> threw; the inner exception tells what.</summary>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>No actor, only a message.</summary>
    public ActorInitializationException(string message)
        : this(null, message)
    {
    }

    /// <summary>Who could not start; null when there is no actor at all.</summary>
    public IActorRef? Actor { get; } = actor;
}

/// <summary>
/// The constructor or <c>PostRestart</c> of the fresh instance threw; the inner exception tells what.
/// </summary>
public sealed class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType()})", cause)
{
    /// <summary>Why the actor was being restarted.</summary>
    public Exception OriginalCause { get; } = originalCause;
}
