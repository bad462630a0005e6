namespace Rwho.Node.Client;

/// <summary>What is done with the lines of a watch. Calls come one after another.</summary>
internal interface IWatchView : IDisposable
{
    void Take(BoardLine line, ReadOnlyMemory<byte> bytes);

    /// <summary>The node does not answer any more; it is asked again and again.</summary>
    void Lost(string reason);

    /// <summary>
    /// The process ends at once, perhaps in the middle of a call: what others would suffer from is undone, as far as
    /// that needs no waiting.
    /// </summary>
    void Abandon();
}
