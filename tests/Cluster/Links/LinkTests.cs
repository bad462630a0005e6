using System.Net;
using System.Net.Sockets;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>Gateways come and go.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    private readonly Gateways _gateways = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateways.DisposeAsync();

    [Fact]
    public async Task Two_gateways_see_each_other_and_send_frames_both_ways()
    {
        Gateway[] all = await _gateways.StartTogether(2, seeds: 1);
        await all[0].HearsFrom(all[1], [1, 2, 3]);
        await all[1].HearsFrom(all[0], []);
        await all[1].HearsFrom(all[0], new byte[ClusterFrame.MaxBytes]);
        Assert.Equal(all[0].Name, all[0].Link.Local);
    }

    [Fact]
    public async Task Who_leaves_in_order_is_gone_and_nobody_calls_it_unreachable()
    {
        Gateway[] all = await _gateways.StartTogether(3, seeds: 1);
        foreach (Gateway leaving in all[..2])
        {
            await leaving.DisposeAsync();
            await all[2].Until(others => others.All(at => at.Name != leaving.Name), $"saw {leaving.Name} go");
        }

        Assert.DoesNotContain("IsReachable = False", all[2].Story(), StringComparison.Ordinal);
        Assert.Empty(all.SelectMany(gateway => gateway.Ends));
    }

    [Fact]
    public async Task Who_ends_without_a_word_is_unreachable_and_another_incarnation_when_it_is_back()
    {
        Gateway[] all = await _gateways.StartTogether(2, seeds: 1);
        long before = all[0].Find(all[1])!.Incarnation;
        await all[1].Abort();
        await all[0].CannotReach(all[1]);

        Gateway again = _gateways.Start(all[1].Name, all[0].Name);

        await again.Sees(all[0]);
        await all[0].Sees(again);
        Assert.NotEqual(before, all[0].Find(again)!.Incarnation);
        await all[0].HearsFrom(again, [7]);
        await again.HearsFrom(all[0], [8]);
    }

    [Fact]
    public async Task A_newcomer_joins_by_the_second_seed_when_the_first_is_not_there()
    {
        string[] places = Gateways.NewPlaces(3);
        Gateway first = _gateways.Start(places[0], places[..2]);
        Gateway second = _gateways.Start(places[1], places[..2]);
        await second.Sees(first);
        await first.DisposeAsync();
        await second.Sees();

        Gateway third = _gateways.Start(places[2], places[..2]);

        await third.Sees(second);
        await second.Sees(third);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_link_with_its_name_and_keeps_nothing()
    {
        string place = Gateways.NewPlace();
        using var other = new TcpListener(IPEndPoint.Parse(place));
        other.Start();
        // The first ones make what a process keeps for good.
        foreach (int _ in Enumerable.Range(0, 3)) await EndsAsItIsTaken(place);
        int threads = Threads();
        foreach (int _ in Enumerable.Range(0, 5)) await EndsAsItIsTaken(place);
        await Eventually.True(() => Threads() < threads + 15, () => $"{threads} threads became {Threads()}");

        other.Stop();
        Gateway gateway = _gateways.Start(place, place);
        await gateway.Sees();
    }

    [Fact]
    public async Task A_link_can_be_disposed_of_at_any_moment_of_its_join()
    {
        foreach (int milliseconds in new[] { 0, 1, 20, 100, 300, 1000 })
        {
            Gateway gateway = _gateways.Start(Gateways.NewPlace(), Gateways.NewPlace());
            await Eventually.AtMost(TimeSpan.FromMilliseconds(milliseconds), gateway.Link.WhenLeft);
            gateway.Link.Dispose();
            await gateway.Link.WhenLeft.WaitAsync(Gateways.Patience);
            Assert.True(gateway.Link.System is not { } system || system.WhenTerminated.IsCompleted);
            Assert.Empty(gateway.Ends);
        }
    }

    private async Task EndsAsItIsTaken(string place)
    {
        Gateway gateway = _gateways.Start(Gateways.At(place, place), joinsAgain: false);
        await gateway.Link.WhenLeft.WaitAsync(Gateways.Patience);
        Assert.Equal($"cannot listen at {place}: Address already in use", Assert.Single(gateway.Ends));
    }

    private static int Threads() => Directory.GetDirectories("/proc/self/task").Length;
}
