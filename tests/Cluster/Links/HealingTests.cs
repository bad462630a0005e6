namespace Rwho.Tests.Cluster.Links;

/// <summary>
/// Links between gateways are cut and healed; whatever came of it, all are together again by themselves.
/// </summary>
public sealed class HealingTests : IAsyncLifetime
{
    private readonly Gateways _gateways = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateways.DisposeAsync();

    [Fact]
    public async Task A_link_that_is_cut_and_healed_in_time_leaves_everybody_who_they_were()
    {
        Gateway[] all = await _gateways.StartTogether(2, seeds: 2);
        long[] incarnations = [all[0].Find(all[1])!.Incarnation, all[1].Find(all[0])!.Incarnation];

        await Gateways.Cut(all[0], all[1]);
        await all[0].CannotReach(all[1]);
        await all[1].CannotReach(all[0]);
        await Gateways.Heal(all[0], all[1]);

        await all[0].Sees(all[1]);
        await all[1].Sees(all[0]);
        await all[1].HearsFrom(all[0], [1, 2, 3]);
        Assert.Equal(incarnations[0], all[0].Find(all[1])!.Incarnation);
        Assert.Equal(incarnations[1], all[1].Find(all[0])!.Incarnation);
        Assert.Empty(all.SelectMany(gateway => gateway.Ends));
    }

    [Fact]
    public async Task Two_sides_that_gave_each_other_up_are_together_again_when_the_link_is_healed()
    {
        Gateway[] all = await _gateways.StartTogether(
            3, seeds: 2, settings => settings with { GiveUpAfter = TimeSpan.FromSeconds(2) });
        Gateway lone = all[1];
        foreach (Gateway other in all.Where(at => at != lone)) await Gateways.Cut(lone, other);
        await all[0].Sees(all[2]);
        await all[2].Sees(all[0]);
        await lone.Sees();
        Assert.Empty(all.SelectMany(gateway => gateway.Ends));

        foreach (Gateway other in all.Where(at => at != lone)) await Gateways.Heal(lone, other);

        foreach (Gateway one in all) await one.Sees([.. all.Where(other => other != one)]);
        await all[2].HearsFrom(lone, [1]);
        Assert.NotEmpty(all.SelectMany(gateway => gateway.Ends));
    }

    [Fact]
    public async Task Two_that_each_began_a_federation_of_their_own_become_one()
    {
        string[] places = Gateways.NewPlaces(3);
        Gateway first = _gateways.Start(places[0], places[0], places[1]);
        await first.Sees();
        // As when the link is down: each is the first seed where it is.
        Gateway second = _gateways.Start(places[1], places[1]);
        await second.Sees();
        await second.DisposeAsync();
        second = _gateways.Start(places[1], places[1], places[0]);
        await Gateways.Cut(first, second);
        await second.Sees();
        Gateway third = _gateways.Start(places[2], places[1]);
        await third.Sees(second);
        await Gateways.Heal(first, second);

        await first.Sees(second, third);
        await second.Sees(first, third);
        await third.Sees(first, second);
        await third.HearsFrom(first, [1]);
    }

    [Fact]
    public async Task One_that_starts_again_is_back_at_once_while_another_cannot_be_reached()
    {
        Gateway[] all = await _gateways.StartTogether(3, seeds: 1);
        (Gateway seed, Gateway restarting, Gateway far) = (all[0], all[1], all[2]);
        await Gateways.Cut(far, seed);
        await Gateways.Cut(far, restarting);
        await seed.CannotReach(far);
        long before = seed.Find(restarting)!.Incarnation;

        await restarting.Abort();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Gateway again = _gateways.Start(restarting.Name, seed.Name);

        await again.Until(others => others.Any(at => at.Name == seed.Name && at.IsReachable), "is back");
        await seed.Until(
            others => others.Any(at => at.Name == again.Name && at.IsReachable && at.Incarnation != before),
            "has it back");
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
    }

    [Fact]
    public async Task A_seed_that_starts_again_alone_finds_those_who_still_wait_for_its_last_life()
    {
        Gateway[] all = await _gateways.StartTogether(3, seeds: 1);
        await all[0].Abort();
        foreach (Gateway other in all[1..]) await other.CannotReach(all[0]);

        // It asks nobody, as when nobody can be reached.
        Gateway again = _gateways.Start(all[0].Name, all[0].Name);

        Gateway[] healed = [again, .. all[1..]];
        foreach (Gateway one in healed) await one.Sees([.. healed.Where(other => other != one)]);
        await again.HearsFrom(all[2], [1]);
    }
}
