namespace Rwho.Engine;

/// <summary>An actor with one method for all messages.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles a message; what it does not know it passes to <see cref="ActorBase.Unhandled"/>.</summary>
    protected abstract void OnReceive(object message);
}
