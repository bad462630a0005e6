namespace Rwho.Engine;

/// <summary>Turns that cost nobody a wake-up. Akka.NET has no such thing: there it is a plain tell.</summary>
public static class Turn
{
    /// <summary>
    /// Tells, and gives the receiver its turn on the calling thread, if it has nothing to do already: for a thread of
    /// the caller's own that has time. What the receiver tells others is done by the pool as ever.
    /// </summary>
    public static void TellHere(IActorRef receiver, object message)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        var sender = ActorCell.Current?.Self;
        if (receiver is LocalActorRef local)
            local.TellHere(message, sender);
        else
            receiver.Tell(message, sender);
    }
}
