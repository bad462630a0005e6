using Rwho.Tests.Fuzz.Mutation;

namespace Rwho.Tests.Fuzz.Planted;

/// <summary>A target that is wrong on purpose, for some inputs.</summary>
internal sealed class PlantedFlaw(Target target, PlantedFlaw.Condition isFlaw) : Target(target.Name, target.MaxBytes)
{
    public const string Rule = "a flaw planted on purpose";

    public delegate bool Condition(ReadOnlySpan<byte> input, bool isTaken);

    public override Layout Layout => target.Layout;

    public override IReadOnlyList<byte[]> Words => target.Words;

    public override IEnumerable<byte[]> Seeds => target.Seeds;

    public override void Mend(Input input) => target.Mend(input);

    public override long AllocationMax(int bytes) => target.AllocationMax(bytes);

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var outcome = target.Check(input);
        BrokenRuleException.Unless(!isFlaw(input, outcome.Depth == Depth.Taken), Rule);
        return outcome;
    }
}
