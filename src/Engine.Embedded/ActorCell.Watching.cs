namespace Rwho.Engine;

/// <summary>
/// Death watch. A <see cref="Terminated"/> takes its turn in the mailbox; an unwatch before then drops it.
/// </summary>
internal sealed partial class ActorCell
{
    private HashSet<InternalActorRef>? _watching;
    private HashSet<InternalActorRef>? _watchedBy;
    private HashSet<IActorRef>? _terminatedQueued;

    public IActorRef Watch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject is InternalActorRef actor && actor != SelfRef && (_watching ??= []).Add(actor))
            actor.SendSystem(new WatchMessage(SelfRef));
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject is InternalActorRef actor && _watching?.Remove(actor) == true)
            actor.SendSystem(new UnwatchMessage(SelfRef));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private void WatchedStopped(DeathNotice notice)
    {
        if (_watching?.Remove(notice.Actor) == true && !Children.IsTerminating)
        {
            (_terminatedQueued ??= []).Add(notice.Actor);
            SelfRef.Tell(
                new Terminated(notice.Actor, notice.ExistenceConfirmed, addressTerminated: false), notice.Actor);
        }

        if (notice.Actor is LocalActorRef child)
            ChildStopped(child);
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued?.Remove(terminated.ActorRef) == true)
            _actor!.Handle(terminated);
    }

    private void AddWatcher(InternalActorRef watcher) => (_watchedBy ??= []).Add(watcher);

    private void RemoveWatcher(InternalActorRef watcher) => _watchedBy?.Remove(watcher);

    private void TellWatchers()
    {
        foreach (var watcher in _watchedBy ?? [])
        {
            // The supervisor gets its notice in any case.
            if (watcher != Supervisor)
                watcher.SendSystem(new DeathNotice(SelfRef, existenceConfirmed: true));
        }

        _watchedBy = null;
    }

    private void UnwatchAll()
    {
        foreach (var actor in _watching ?? [])
            actor.SendSystem(new UnwatchMessage(SelfRef));
        _watching = null;
        _terminatedQueued = null;
    }
}
