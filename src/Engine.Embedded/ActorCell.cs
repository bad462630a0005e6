namespace Rwho.Engine;

/// <summary>
/// What of an actor outlives its instances: mailbox, children, watches. All of it changes only within the actor's own
/// runs. This part holds the context and the handling of messages.
/// </summary>
internal sealed partial class ActorCell : IActorContext
{
    [ThreadStatic]
    private static ActorCell? s_current;

    private readonly Props _props;
    private ActorBase? _actor;
    private TimerScheduler? _timers;
    private IActorRef? _sender;
    private object? _currentMessage;
    private List<SystemMessage>? _stash;

    internal ActorCell(ActorSystem system, Props props, InternalActorRef parent, ActorPath path)
    {
        System = system;
        _props = props;
        Supervisor = parent;
        Mailbox = new Mailbox(this, system.Dispatcher);
        SelfRef = new LocalActorRef(path, system, Mailbox);
        Mailbox.TryPush(new CreateMessage());
    }

    /// <summary>The actor that runs on this thread.</summary>
    internal static ActorCell? Current
    {
        get => s_current;
        set => s_current = value;
    }

    public ActorSystem System { get; }

    public IActorRef Self => SelfRef;

    public IActorRef Sender => _sender ?? System.DeadLetters;

    public IActorRef Parent => Supervisor;

    internal LocalActorRef SelfRef { get; }

    internal InternalActorRef Supervisor { get; }

    internal Mailbox Mailbox { get; }

    internal Children Children { get; } = new();

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        var child = Children.Add(name, valid =>
        {
            var cell = new ActorCell(System, props, SelfRef, SelfRef.Path.Child(valid));
            for (var i = 0; IsFailed && i < Mailbox.Suspensions; i++)
                cell.Mailbox.TryPush(new SuspendMessage());
            return cell.SelfRef;
        });
        child.Start();
        return child;
    }

    public IActorRef Child(string name) => Children.Find(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children.All();

    public void Stop(IActorRef child)
    {
        if (child is not LocalActorRef local)
            return;
        Children.MarkDying(local);
        local.Stop();
    }

    internal TimerScheduler StartTimers() => _timers = new TimerScheduler(System.Time, SelfRef);

    internal void LogUnhandled(object message) => System.Logger.Unhandled(SelfRef.Path, message.GetType(), Sender);

    internal void Invoke(object message, IActorRef? sender)
    {
        var content = message is TimerMessage timer ? timer.Claim(_timers) : message;
        if (content is null)
            return;
        _sender = sender;
        _currentMessage = content;
        System.Dispatcher.Trace(SelfRef, content, Sender);
        try
        {
            Handle(content);
            _currentMessage = null;
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    internal void InvokeSystem(SystemMessage message)
    {
        for (var next = message; next is not null; next = TakeStashed())
        {
            if (next.WaitsFrom <= CurrentPhase())
                (_stash ??= []).Add(next);
            else
                TryHandleSystem(next);
        }
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case PoisonPill:
                SelfRef.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            default:
                _actor!.Handle(message);
                break;
        }
    }

    private void TryHandleSystem(SystemMessage message)
    {
        try
        {
            HandleSystem(message);
        }
        catch (Exception cause)
        {
            Fail(cause, (message as Failed)?.Child);
        }
    }

    private void HandleSystem(SystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                Judge(failed);
                break;
            case DeathNotice notice:
                WatchedStopped(notice);
                break;
            case WatchMessage watch:
                AddWatcher(watch.Watcher);
                break;
            case UnwatchMessage unwatch:
                RemoveWatcher(unwatch.Watcher);
                break;
            case CreateMessage:
                Create();
                break;
            case RecreateMessage recreate:
                Recreate(recreate.Cause);
                break;
            case SuspendMessage:
                Suspend();
                break;
            case ResumeMessage resume:
                Resume(resume.CausedByFailure);
                break;
            case TerminateMessage:
                Terminate();
                break;
        }
    }

    private SystemMessage.Phase CurrentPhase()
    {
        if (Children.IsWaitingForChildren)
            return SystemMessage.Phase.WaitingForChildren;
        return Mailbox.Suspensions > 0 ? SystemMessage.Phase.Suspended : SystemMessage.Phase.Normal;
    }

    /// <summary>The first message kept back that the actor is ready for now.</summary>
    private SystemMessage? TakeStashed()
    {
        var index = _stash?.FindIndex(message => message.WaitsFrom > CurrentPhase()) ?? -1;
        if (index < 0)
            return null;
        var message = _stash![index];
        _stash.RemoveAt(index);
        return message;
    }
}
