using System.Diagnostics;
using Xunit.Abstractions;

namespace Rwho.Tests.Cluster.Daemons;

/// <summary>Two networks; what becomes of one gateway, and what the boards show meanwhile.</summary>
public sealed class LossTests(ITestOutputHelper output)
{
    [GatewayFact]
    public async Task A_gateway_that_is_killed_is_told_of_and_starts_again_from_its_spool()
    {
        await using Sites sites = await Sites.Start(2, ["--insecure-cluster"]);
        await sites.Plain(0).Send(new Announcement("plain0").ToBytes(), Broadcast(sites.Plain(0)));
        await sites.Agree();
        (GatewayDaemon stays, GatewayDaemon killed) = (sites.Gateways[0], sites.Gateways[1]);
        await killed.Until(Sites.Patience, _ => killed.Host.SpoolFile("plain0") is not null, "keeps plain0");
        long received = (await killed.Board())["plain0"].Received;

        await killed.Process.EndBy(Signal.Kill);
        await stays.Says($"gateway {killed.At} cannot be reached");
        string why = await stays.Why("plain1");
        Assert.Contains("from gateway gate1", why, StringComparison.Ordinal);
        Assert.Contains($"Gateway gate1 ({killed.At}) has been out of reach for", why, StringComparison.Ordinal);

        await killed.Start();
        long watch = Stopwatch.GetTimestamp();
        IReadOnlyDictionary<string, BoardRow> board = await killed.Board();
        Assert.InRange(board["plain0"].Received, received - 1, received + 1);
        await killed.Says("joined the federation");
        output.WriteLine($"back in the federation after {Stopwatch.GetElapsedTime(watch).TotalSeconds:F1} s");
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await stays.Until(Sites.Patience, rows => rows["plain1"].Received >= now, "has news of plain1");
        board = await killed.Board();
        Assert.InRange(board["plain0"].Received, received - 1, received + 1); // as old as it is
    }

    [GatewayFact]
    public async Task A_gateway_that_is_stopped_for_a_minute_goes_on_and_tells_nothing_as_newer_than_it_is()
    {
        await using Sites sites = await Sites.Start(2, ["--insecure-cluster"]);
        long announced = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await sites.Plain(0).Send(new Announcement("plain0").ToBytes(), Broadcast(sites.Plain(0)));
        await sites.Agree();
        (GatewayDaemon stays, GatewayDaemon stopped) = (sites.Gateways[0], sites.Gateways[1]);

        stopped.Process.Send(Signal.Stop);
        long stoppedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await stays.Says($"gateway {stopped.At} cannot be reached");
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() < stoppedAt + 60)
        {
            IReadOnlyDictionary<string, BoardRow> board = await stays.Board();
            Assert.All(sites.Names, name => Assert.Equal("up", board[name].State));
            Assert.InRange(board["plain1"].Received, announced - 10, stoppedAt + 1);
        }

        stopped.Process.Send(Signal.Continue);
        long continued = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        TimeSpan took = await stays.Until(
            Sites.Patience, board => board["plain1"].Received >= continued, "has news of plain1");
        output.WriteLine($"news after {took.TotalSeconds:F1} s");
        Assert.InRange((await stopped.Board())["plain0"].Received, announced - 1, announced + 2);
        Assert.InRange((await stays.Board())["plain0"].Received, announced - 1, announced + 2);
    }

    [GatewayFact]
    public async Task A_gateway_that_ends_in_order_has_left_and_why_says_so()
    {
        await using Sites sites = await Sites.Start(2, ["--insecure-cluster"]);
        await sites.Plain(0).Send(new Announcement("plain0").ToBytes(), Broadcast(sites.Plain(0)));
        await sites.Agree();
        (GatewayDaemon stays, GatewayDaemon leaving) = (sites.Gateways[0], sites.Gateways[1]);

        Outcome outcome = await leaving.Process.EndBy(Signal.Term);

        Assert.Equal(0, outcome.Status);
        await stays.Says($"gateway {leaving.At} has left");
        Assert.Contains($"Gateway gate1 ({leaving.At}) left the federation", await stays.Why("plain1"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be reached", stays.Process.Errors, StringComparison.Ordinal);
    }

    private static string Broadcast(LanHost host) => host.Address[..(host.Address.LastIndexOf('.') + 1)] + "255";
}
