namespace Rwho.Tests.Fuzz;

/// <summary>An input that breaks a rule, or makes a reader throw.</summary>
internal sealed record Failure(byte[] Input, Exception Thrown)
{
    private const int MostTries = 20_000;

    /// <summary>Reads an input; null when all rules hold.</summary>
    public static Failure? Of(Target target, ReadOnlySpan<byte> input, out Outcome outcome)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        outcome = default;
        try
        {
            outcome = target.Check(input);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            BrokenRuleException.Unless(
                allocated <= target.AllocationMax(input.Length), "reading allocates no more than its bytes are worth");
            return null;
        }
#pragma warning disable CA1031 // whatever a reader throws is what is looked for
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return new Failure(input.ToArray(), thrown);
        }
    }

    /// <summary>A shorter input with the same failure, plain bytes in it where they do as well.</summary>
    public Failure Minimised(Target target)
    {
        var least = this;
        var tries = 0;
        for (var part = Math.Max(1, Input.Length / 2); part > 0; part /= 2)
        {
            for (var at = 0; at + part <= least.Input.Length;)
            {
                if (Try([.. least.Input[..at], .. least.Input[(at + part)..]]) is { } shorter) least = shorter;
                else at += part;
            }
        }

        for (var at = 0; at < least.Input.Length; at++)
        {
            if (least.Input[at] is 0 or (byte)'0') continue;
            least = Try(With(least.Input, at, 0)) ?? Try(With(least.Input, at, (byte)'0')) ?? least;
        }

        return least;

        Failure? Try(byte[] input) =>
            tries++ < MostTries && Of(target, input, out _) is { } failure && IsSame(failure) ? failure : null;
    }

    private bool IsSame(Failure other) => other.Thrown.GetType() == Thrown.GetType()
        && (Thrown is not BrokenRuleException || other.Thrown.Message == Thrown.Message);

    private static byte[] With(byte[] input, int at, byte value)
    {
        byte[] changed = [.. input];
        changed[at] = value;
        return changed;
    }
}
