namespace Rwho.Actors.Federation;

/// <summary>Counts messages of one link that were let into a mailbox and are not read yet; for any thread.</summary>
internal sealed class MessageGate(int limit)
{
    private int inside;

    /// <summary>False when as many as may wait do so already.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref inside) <= limit) return true;
        Interlocked.Decrement(ref inside);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref inside);
}
