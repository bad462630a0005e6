namespace Rwho.Engine;

/// <summary>Turns that cost nobody a wake-up, on the embedded engine. Akka.NET has no such thing.</summary>
public static class Turn
{
    /// <summary>Tells. The receiver has its turn when its dispatcher gives it one.</summary>
    public static void TellHere(IActorRef receiver, object message)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        receiver.Tell(message);
    }
}
