namespace Rwho.Engine;

/// <summary>
/// A watched actor has stopped. Unhandled, it fails the watcher with <see cref="DeathPactException"/>.
/// </summary>
public sealed class Terminated
{
    /// <summary>For the engine, and for tests of actors.</summary>
    public Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    {
        ActorRef = actorRef;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    /// <summary>Who stopped.</summary>
    public IActorRef ActorRef { get; }

    /// <summary>False when it had stopped before the watch began.</summary>
    public bool ExistenceConfirmed { get; }

    /// <summary>Whether a whole remote system was lost: never, in this engine.</summary>
    public bool AddressTerminated { get; }

    /// <summary>For logs and traces.</summary>
    public override string ToString() => $"<Terminated>: {ActorRef}";
}
