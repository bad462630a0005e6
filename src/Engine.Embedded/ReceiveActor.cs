namespace Rwho.Engine;

/// <summary>
/// An actor whose behaviour is a list of typed handlers: the first one declared whose type fits takes the message,
/// as in Akka.NET. The constructor declares the first behaviour, <see cref="Become"/> the later ones.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private List<Handler>? _declaring = [];
    private List<Handler> _behaviour;

    /// <inheritdoc cref="ActorBase()"/>
    protected ReceiveActor() => _behaviour = _declaring!;

    /// <summary>Declares the handler of <typeparamref name="T"/> and of what derives from it.</summary>
    /// <exception cref="InvalidOperationException">Called outside of the constructor and of Become.</exception>
    protected void Receive<T>(Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (_declaring is null)
            throw new InvalidOperationException("Receive declares handlers: in the constructor or within Become.");
        _declaring.Add(new Handler<T>(handler));
    }

    /// <summary>
    /// Replaces all handlers by those that <paramref name="configure"/> declares, from the next message on.
    /// </summary>
    protected void Become(Action configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var outer = _declaring;
        var behaviour = _declaring = [];
        try
        {
            configure();
        }
        finally
        {
            _declaring = outer;
        }

        _behaviour = behaviour;
    }

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        foreach (var handler in _behaviour)
        {
            if (handler.TryHandle(message))
                return;
        }

        Unhandled(message);
    }

    internal override void Constructed() => _declaring = null;

    private abstract class Handler
    {
        internal abstract bool TryHandle(object message);
    }

    private sealed class Handler<T>(Action<T> action) : Handler
    {
        internal override bool TryHandle(object message)
        {
            if (message is not T typed)
                return false;
            action(typed);
            return true;
        }
    }
}
