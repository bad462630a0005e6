using Rwho.Actors;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation.Tests;

/// <summary>The node with one of its rules broken: the simulation finds it within so many seeds.</summary>
public sealed class FlawTests
{
    private const int Seeds = 5;

    [Theory]
    [InlineData(nameof(Flaw.ForwardsToSender))]
    [InlineData(nameof(Flaw.ForwardsCopies))]
    [InlineData(nameof(Flaw.ForwardsOlder))]
    [InlineData(nameof(Flaw.ForgetsAge))]
    [InlineData(nameof(Flaw.ForgetsToExpire))]
    [InlineData(nameof(Flaw.TearsFiles))]
    [InlineData(nameof(Flaw.WrongByteOrder))]
    [InlineData(nameof(Flaw.LosesWakeUp))]
    [InlineData(nameof(Flaw.BelievesOlder))]
    [InlineData(nameof(Flaw.KeepsSocket))]
    public void It_is_found(string name)
    {
        var flaw = Enum.Parse<Flaw>(name);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var run = new Run(seed, new SiteOptions(Hosts: 16, Lans: 3, Hours: 3) { Flaw = flaw });
            if (run.Execute().Violations.Count > 0) return;
        }

        Assert.Fail($"{flaw} was not found within {Seeds} seeds");
    }
}
