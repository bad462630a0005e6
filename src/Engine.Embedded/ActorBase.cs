namespace Rwho.Engine;

/// <summary>
/// State that one message at a time changes. Made only through <see cref="IActorRefFactory.ActorOf"/>; a restart
/// replaces the instance and keeps reference, mailbox, watchers and surviving children, as Akka.NET does.
/// </summary>
public abstract class ActorBase
{
    private SupervisorStrategy? _supervisorStrategy;

    /// <exception cref="ActorInitializationException">Not called by the factory that the engine called.</exception>
    protected ActorBase()
    {
        if (ActorCell.Current?.TryAdopt() != true)
            throw new ActorInitializationException("Actors are made by ActorOf(Spawn.Of(...), name), not by 'new'.");
        if (this is IWithTimers withTimers)
            withTimers.Timers = ActorCell.Current.StartTimers();
    }

    /// <summary>The context of the actor that is running on this thread.</summary>
    /// <exception cref="NotSupportedException">No actor is running on this thread.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "No actor is running on this thread: keep Self or Sender in a local variable before leaving it.");

#pragma warning disable CA1822 // Instance members, as in Akka.NET.
    /// <summary>This actor. Only while it is running, like everything of <see cref="Context"/>.</summary>
    protected IActorRef Self => Context.Self;

    /// <summary>Who sent the message being handled; the system's dead letters if nobody did.</summary>
    protected IActorRef Sender => Context.Sender;
#pragma warning restore CA1822

    /// <summary>Handles a message; false passes it to <see cref="Unhandled"/>.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Runs before the first message of the first instance.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Runs after the last message, when all children have stopped.</summary>
    protected virtual void PostStop()
    {
    }

    // Oblivious to null as Akka.NET is, so that an override may say object or object? on both.
#nullable disable annotations
    /// <summary>
    /// Runs in the failed instance. By default stops all children, then calls <see cref="PostStop"/>.
    /// </summary>
    /// <param name="reason">Why it is restarted.</param>
    /// <param name="message">
    /// What it was handling: a notice of the engine's when it escalated a child's failure, null when a sibling or the
    /// supervisor failed.
    /// </param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }
#nullable restore annotations

    /// <summary>Runs in the fresh instance before its first message. By default calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>
    /// A message without a handler. By default an end that was watched for throws <see cref="DeathPactException"/>,
    /// anything else is logged for debugging.
    /// </summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        ActorCell.Current?.LogUnhandled(message);
    }

    /// <summary>What to do about failing children; asked for once per instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Engine.SupervisorStrategy.DefaultStrategy;

    internal SupervisorStrategy StrategyForChildren(Props props) =>
        _supervisorStrategy ??= props.SupervisorStrategy ?? SupervisorStrategy();

    internal void Handle(object message)
    {
        if (!Receive(message))
            Unhandled(message);
    }

    internal virtual void Constructed()
    {
    }

    internal void Start() => PreStart();

    internal void Stop() => PostStop();

    internal void BeforeRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void AfterRestart(Exception reason) => PostRestart(reason);
}
