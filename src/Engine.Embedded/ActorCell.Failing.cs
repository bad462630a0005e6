namespace Rwho.Engine;

/// <summary>Start, failure, restart and end of an actor, after Akka.NET's rules.</summary>
internal sealed partial class ActorCell
{
    // Who failed while this actor waits for a decision: itself, or a child whose failure it escalated.
    private LocalActorRef? _perpetrator;

    // Whether the instance is past its use: it gets no PreRestart any more.
    private bool _retired;

    // Whether the instance had its PreRestart: it gets no PostStop any more.
    private bool _released;
    private bool _expectsInstance;
    private Exception? _recreationCause;

    private bool IsFailed => _perpetrator is not null;

    /// <summary>Whether an actor under construction is this cell's next instance.</summary>
    internal bool TryAdopt()
    {
        var adopts = _expectsInstance;
        _expectsInstance = false;
        return adopts;
    }

    private void Create()
    {
        try
        {
            Instantiate();
            _actor!.Start();
        }
        catch (Exception cause)
        {
            Retire();
            _actor = null;
            throw new ActorInitializationException(SelfRef, "Exception during creation", cause);
        }
    }

    private void Instantiate()
    {
        _expectsInstance = true;
        var fresh = _props.Factory();
        if (fresh is null || _expectsInstance)
            throw new ActorInitializationException(SelfRef, "The factory made no new actor");
        _actor = fresh;
        _retired = _released = false;
        fresh.Constructed();
    }

    /// <summary>Lets the instance go, with its timers and, as Akka.NET does, what it holds as an IDisposable.</summary>
    private void Retire()
    {
        _timers?.End();
        _timers = null;
        _currentMessage = null;
        if (_retired)
            return;
        _retired = true;
        try
        {
            (_actor as IDisposable)?.Dispose();
        }
        catch (Exception failure)
        {
            System.Logger.HookFailed(failure, SelfRef.Path, nameof(IDisposable.Dispose));
        }
    }

    /// <summary>
    /// Suspends this actor and its children, but for one that is already, and leaves it to the supervisor.
    /// </summary>
    private void Fail(Exception cause, LocalActorRef? failedChild = null, LocalActorRef[]? otherwiseSuspended = null)
    {
        if (IsFailed)
            return;
        Mailbox.Suspend();
        _perpetrator = failedChild ?? SelfRef;
        foreach (var child in Children.All())
        {
            if (child != failedChild && otherwiseSuspended?.Contains(child) != true)
                child.SendSystem(new SuspendMessage());
        }

        Supervisor.SendSystem(new Failed(SelfRef, cause));
    }

    /// <summary>Decides about a failed child; an escalation fails this actor in its place.</summary>
    private void Judge(Failed failed)
    {
        if (!Children.TryGet(failed.Child, out var stats))
            return;
        _sender = failed.Child;
        _currentMessage = failed;
        var strategy = _actor!.StrategyForChildren(_props);
        if (!strategy.HandleFailure(this, stats, failed.Cause))
            Fail(failed.Cause, failed.Child);
    }

    private void Suspend()
    {
        Mailbox.Suspend();
        foreach (var child in Children.All())
            child.SendSystem(new SuspendMessage());
    }

    private void Resume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            RetryCreation();
            return;
        }

        var perpetrator = _perpetrator;
        Mailbox.Resume();
        if (causedByFailure is not null)
            _perpetrator = null;
        foreach (var child in Children.All())
            child.SendSystem(new ResumeMessage(child == perpetrator ? causedByFailure : null));
    }

    private void Recreate(Exception cause)
    {
        if (_actor is null)
        {
            RetryCreation();
            return;
        }

        if (!Children.IsNormal)
        {
            Resume(null);
            return;
        }

        if (!_retired)
        {
            _timers?.CancelAll();
            try
            {
                _actor.BeforeRestart(cause, _currentMessage);
            }
            catch (Exception failure)
            {
                System.Logger.HookFailed(failure, SelfRef.Path, "PreRestart");
            }

            _released = true;
            Retire();
        }

        _recreationCause = cause;
        if (!Children.TryWaitForRecreation())
            FinishRecreation();
    }

    private void FinishRecreation()
    {
        var cause = _recreationCause!;
        _recreationCause = null;
        var survivors = Children.All();
        Mailbox.Resume();
        _perpetrator = null;
        try
        {
            Instantiate();
            _actor!.AfterRestart(cause);
        }
        catch (Exception failure)
        {
            Retire();
            Fail(new PostRestartException(SelfRef, failure, cause), otherwiseSuspended: survivors);
            return;
        }

        foreach (var child in survivors)
            child.SendSystem(new RecreateMessage(cause));
    }

    /// <summary>Starts over after a failed start, once the children of the attempt are gone.</summary>
    private void RetryCreation()
    {
        var children = Children.MarkAllDying(Children.Wait.Creation);
        foreach (var child in children)
            child.Stop();
        if (children.Length == 0)
            FinishCreation();
    }

    private void FinishCreation()
    {
        Mailbox.Resume();
        _perpetrator = null;
        try
        {
            Create();
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    private void Terminate()
    {
        UnwatchAll();
        var wasTerminating = Children.IsTerminating;
        var children = Children.MarkAllDying(Children.Wait.Termination);
        foreach (var child in children)
            child.Stop();
        if (children.Length == 0)
        {
            FinishTermination();
        }
        else if (!wasTerminating)
        {
            // No more messages of users, and no more failures for the supervisor.
            Mailbox.Suspend();
            _perpetrator = SelfRef;
        }
    }

    private void FinishTermination()
    {
        try
        {
            _timers?.CancelAll();
            if (!_released)
                _actor?.Stop();
        }
        catch (Exception failure)
        {
            System.Logger.HookFailed(failure, SelfRef.Path, "PostStop");
        }

        Retire();
        _stash = null;
        Mailbox.Close();
        Supervisor.SendSystem(new DeathNotice(SelfRef, existenceConfirmed: true));
        TellWatchers();
        UnwatchAll();
        _actor = null;
        _sender = null;
    }

    private void ChildStopped(LocalActorRef child)
    {
        switch (Children.Remove(child))
        {
            case Children.Wait.Recreation:
                FinishRecreation();
                break;
            case Children.Wait.Creation:
                FinishCreation();
                break;
            case Children.Wait.Termination:
                FinishTermination();
                break;
        }
    }
}
