using Microsoft.Extensions.Logging;

namespace Rwho.Engine;

/// <summary>A tree of actors, with its clock and dispatcher.</summary>
public sealed class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<DeadLetter>? _onDeadLetter;
    private readonly ActorCell _guardian;
    private readonly ActorPath _asks;
    private long _deadLetters;
    private long _nextAsk;

    private ActorSystem(string name, EngineSettings settings)
    {
        Name = name;
        Dispatcher = settings.Dispatcher;
        Time = settings.TimeProvider ?? settings.Dispatcher.Time;
        Logger = settings.Logger;
        _onDeadLetter = settings.OnDeadLetter;
        var root = ActorPath.Root(name);
        _asks = root.Child("temp");
        DeadLetters = new DeadLetterRef(root.Child("deadLetters"), this);
        var props = Spawn.Of(() => new Guardian()).WithSupervisorStrategy(settings.GuardianStrategy);
        _guardian = new ActorCell(this, props, new Top(root, this), root.Child("user"));
        _guardian.SelfRef.Start();
    }

    /// <summary>As given to <see cref="Create"/>; the first part of its actors' paths.</summary>
    public string Name { get; }

    /// <summary>The clock of timers, retry windows and ask timeouts.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where messages to nobody go.</summary>
    public IActorRef DeadLetters { get; }

    /// <summary>Messages that reached no actor, so far.</summary>
    public long DeadLetterCount => Interlocked.Read(ref _deadLetters);

    /// <summary>Completes, always successfully, when the last actor has stopped.</summary>
    public Task WhenTerminated => _terminated.Task;

    /// <summary>The failure that was escalated to the top and ended the system; null if there was none.</summary>
    public Exception? TerminationCause { get; private set; }

    internal Dispatcher Dispatcher { get; }

    internal ILogger Logger { get; }

    /// <summary>Starts a system.</summary>
    /// <param name="name">Shown in paths; a valid actor name.</param>
    /// <param name="settings">Null for the thread pool, the system's clock and no log.</param>
    public static ActorSystem Create(string name, EngineSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ActorPath.IsValidName(name))
            throw new ArgumentException($"Illegal actor system name [{name}].", nameof(name));
        return new ActorSystem(name, settings ?? new EngineSettings());
    }

    /// <inheritdoc/>
    public IActorRef ActorOf(Props props, string? name = null) => _guardian.ActorOf(props, name);

    /// <summary>Stops an actor after the message it is handling.</summary>
    public void Stop(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Path.Parent == _guardian.SelfRef.Path)
            _guardian.SelfRef.Tell(new Guardian.StopChild(actor), ActorRefs.NoSender);
        else
            (actor as LocalActorRef)?.Stop();
    }

    /// <summary>Stops all actors, children before their parents; the task is <see cref="WhenTerminated"/>.</summary>
    public Task Terminate()
    {
        _guardian.SelfRef.Stop();
        return WhenTerminated;
    }

    /// <summary>Begins to terminate, and does not wait.</summary>
    public void Dispose() => Terminate();

    internal ActorPath NextAskPath() => _asks.Child($"${Interlocked.Increment(ref _nextAsk)}");

    internal void Undelivered(object message, IActorRef? sender, IActorRef recipient)
    {
        // What an actor's end leaves behind by design is no loss.
        if (message is Terminated or PoisonPill or TimerMessage)
            return;
        Interlocked.Increment(ref _deadLetters);
        Logger.DeadLetter(message.GetType(), sender, recipient);
        _onDeadLetter?.Invoke(new DeadLetter(message, sender ?? DeadLetters, recipient));
    }

    /// <summary>The supervisor of top-level actors.</summary>
    private sealed class Guardian : ReceiveActor
    {
        public Guardian()
        {
            Receive<StopChild>(stop => Context.Stop(stop.Child));
            Receive<object>(message => Context.System.DeadLetters.Tell(message, Sender));
        }

        internal sealed record StopChild(IActorRef Child);
    }

    /// <summary>The guardian's supervisor: there is nobody left to escalate to.</summary>
    private sealed class Top(ActorPath path, ActorSystem system) : InternalActorRef(path)
    {
        internal override ActorSystem System => system;

        public override void Tell(object message, IActorRef? sender) => system.Undelivered(message, sender, this);

        internal override void SendSystem(SystemMessage message)
        {
            switch (message)
            {
                case Failed failed:
                    system.TerminationCause = failed.Cause;
                    system.Logger.SystemFails(failed.Cause, system.Name, failed.Cause.Message);
                    failed.Child.Stop();
                    break;
                case DeathNotice:
                    system._terminated.TrySetResult();
                    break;
            }
        }
    }
}
