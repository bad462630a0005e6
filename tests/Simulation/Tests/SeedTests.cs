using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation.Tests;

/// <summary>A fixed set of seeds: everything that may go wrong does, and nothing that never may be is.</summary>
public sealed class SeedTests
{
    private static readonly SiteOptions Small = new(Hosts: 16, Lans: 3, Hours: 2);
    private static readonly SiteOptions Larger = new(Hosts: 40, Lans: 6, Hours: 1.5);

    public static TheoryData<int> SmallSeeds => [.. Enumerable.Range(1, 24)];

    public static TheoryData<int> LargerSeeds => [.. Enumerable.Range(1001, 4)];

    [Theory]
    [MemberData(nameof(SmallSeeds))]
    public void On_a_small_site_all_holds(int seed) => Holds(seed, Small);

    [Theory]
    [MemberData(nameof(LargerSeeds))]
    public void On_a_larger_site_all_holds(int seed) => Holds(seed, Larger);

    [Fact]
    public void A_day_without_faults_calls_nobody_down()
    {
        var report = Execute(1, new SiteOptions(Hosts: 12, Lans: 3, Hours: 24, HasFaults: false));
        Assert.Empty(report.Violations);
        Assert.Equal(0, report.FalseDowns);
        Assert.Equal(12, report.LargestTable);
        Assert.InRange(report.Travel.Count, 11 * 12 * 24 * 20, 12 * 12 * 24 * 20 + 12 * 12);
        Assert.InRange(report.Travel.Within(0.5), 1, 1_000_000);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_one_another()
    {
        var one = Execute(7, Small);
        var again = Execute(7, Small);
        Assert.Equal((one.Digest, one.Messages, one.Events), (again.Digest, again.Messages, again.Events));
        Assert.NotEqual(one.Digest, Execute(8, Small).Digest);
    }

    [Fact]
    public void How_many_threads_there_are_changes_nothing()
    {
        using var run = new Run(9, Larger, threads: 3);
        var parallel = run.Execute();
        var one = Execute(9, Larger);
        Assert.Equal((one.Digest, one.Messages, one.Events), (parallel.Digest, parallel.Messages, parallel.Events));
    }

    private static void Holds(int seed, SiteOptions options)
    {
        var report = Execute(seed, options);
        Assert.True(
            report.Violations.Count == 0,
            $"{Batch.Replay(seed, options)}\n{string.Join('\n', report.Violations)}");
        Assert.True(report.Deliveries > 0 && report.Travel.Count > 0);
    }

    private static Report Execute(int seed, SiteOptions options)
    {
        using var run = new Run(seed, options);
        return run.Execute();
    }
}
