namespace Rwho.Actors.Spool;

/// <summary>The spool did not take a file, or a deletion.</summary>
/// <param name="reason">What is wrong, and what the operator can do; no full stop.</param>
/// <param name="isWhole">Whether no other file can be written either.</param>
public sealed class SpoolException(string reason, bool isWhole) : IOException(reason)
{
    public bool IsWhole { get; } = isWhole;
}
