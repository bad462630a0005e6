using Rwho.Tests.Fuzz.Mutation;

namespace Rwho.Tests.Fuzz;

/// <summary>A reader, and the rules that it keeps whatever the bytes are.</summary>
/// <param name="name">As on the command line, and its folder in the corpus.</param>
/// <param name="maxBytes">The longest input that is tried.</param>
internal abstract class Target(string name, int maxBytes)
{
    public string Name { get; } = name;

    public int MaxBytes { get; } = maxBytes;

    /// <summary>Where the fields of an input are; none in text.</summary>
    public virtual Layout Layout => Layout.None;

    /// <summary>Words of the language that inputs are written in.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Inputs to begin with, beside those of the corpus.</summary>
    public virtual IEnumerable<byte[]> Seeds => [];

    /// <summary>
    /// Puts lengths and counts right that a change made wrong, so that the rest of the input is looked at; done to half
    /// of the inputs.
    /// </summary>
    public virtual void Mend(Input input)
    {
    }

    /// <summary>
    /// What reading so many bytes may allocate at most; the slack is what is made once, at first use.
    /// </summary>
    public virtual long AllocationMax(int bytes) => (1 << 20) + 256L * bytes;

    /// <summary>Reads an input and checks the rules.</summary>
    /// <exception cref="BrokenRuleException">A rule does not hold. Any other exception is the reader's own.</exception>
    public abstract Outcome Check(ReadOnlySpan<byte> input);
}
