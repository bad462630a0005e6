using System.Buffers.Binary;
using System.Net;
using System.Text;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Federation;

/// <summary>
/// Boards that will never be the same: what gateways tell each other all the same, at each comparison, stays small, and
/// what can be made up for is.
/// </summary>
public sealed class DifferencesThatStayTests : FederationScene
{
    // Every ten seconds each of two gateways compares once.
    private const int Comparisons = 20;

    [Fact]
    public void A_full_table_is_told_nothing_for_ever()
    {
        var (small, large) = (Gateway(1), Gateway(2));
        small.Settings = small.Settings with { HostsMax = 50 };
        small.Started();
        large.Started();
        scene.Advance(20);
        for (var i = 0; i < 500; i++) Tell(2, $"host{i}");
        for (var i = 0; i < 20; i++) Tell(1, $"own{i}");
        Assert.Empty(StatusesWhileQuiet());
        Assert.Equal(50, small.Rows.Length);
    }

    [Fact]
    public void A_full_table_with_hosts_off_all_networks_asks_for_nothing_either()
    {
        var (small, large) = (Gateway(1), Gateway(2));
        small.Settings = small.Settings with { HostsMax = 50 };
        small.Started();
        large.Started();
        scene.Advance(20);
        for (var i = 0; i < 48; i++)
            foreach (var load in new[] { 1, 2 })
                small.Transport.Deliver(
                    new IPEndPoint(IPAddress.Parse("192.0.2.7"), 513),
                    Datagrams.Of($"far{i}", scene.Now, load: load));
        for (var i = 0; i < 500; i++) Tell(2, $"host{i}");
        Assert.Empty(StatusesWhileQuiet());
    }

    // More than one message lists: what differs for ever must not keep those behind it from being compared.
    [Fact]
    public void Behind_thousands_of_differences_that_stay_a_lost_status_is_still_found_and_comparing_ends()
    {
        var (small, large) = (Gateway(1), Gateway(2));
        small.Settings = small.Settings with { HostsMax = 400 };
        small.Started();
        large.Started();
        scene.Advance(20);
        for (var i = 0; i < 390; i++) Tell(1, $"own{i}");
        for (var i = 0; i < 8000; i++) Tell(2, $"host{i}");
        scene.Advance(30);
        federation.Loses = (_, _) => true;
        var last = Enumerable.Range(0, 390).Select(i => $"own{i}")
            .MaxBy(name => FederationMessage.BucketOf(Scene.Name(name)))!;
        Announce(1, last, load: 9, clock: 1);
        scene.Advance(1);
        federation.Loses = (_, _) => false;
        var before = federation.Sent.Count;
        scene.Advance(30);
        Assert.Equal(9, large.Row(last)!.Status.Datagram.Load.One);
        Assert.InRange(federation.Sent.Count - before, 6, 60);
        Assert.InRange(CountSince(before), 1, 3);
    }

    [Fact]
    public void What_one_forgets_sooner_than_another_is_not_given_back_to_it()
    {
        var (one, two) = (Gateway(1), Gateway(2));
        one.Settings = one.Settings with { Forget = TimeSpan.FromHours(1) };
        one.Started();
        two.Started();
        scene.Advance(20);
        for (var i = 0; i < 100; i++) Tell(1 + i % 2, $"host{i}");
        scene.Advance(2.2 * 3600);
        Assert.Equal((0, 100), (Hosts(one).Count(), Hosts(two).Count()));
        Assert.Empty(StatusesWhileQuiet());
    }

    // The one that hears them off all networks has them newer, and may not tell so.
    [Fact]
    public void Hosts_off_all_networks_of_one_and_known_to_another_are_not_asked_for_again_and_again()
    {
        var gateways = Gateways(2);
        for (var i = 0; i < 100; i++) Tell(2, $"host{i}");
        scene.Advance(5);
        for (var i = 0; i < 100; i++)
        {
            gateways[0].Transport.Deliver(
                new IPEndPoint(IPAddress.Parse("192.0.2.7"), 513),
                Datagrams.Of($"host{i}", scene.Now, load: 8));
            scene.Settle();
        }

        Assert.Empty(StatusesWhileQuiet());
        Assert.Equal(8, gateways[0].Row("host7")!.Status.Datagram.Load.One);
        Assert.Equal(2, gateways[1].Row("host7")!.Status.Datagram.Load.One);
    }

    [Fact]
    public void A_host_first_heard_off_all_networks_is_the_federations_once_another_tells_it()
    {
        var gateways = Gateways(2);
        var datagram = Datagrams.Of("host", scene.Now);
        gateways[0].Transport.Deliver(
            new IPEndPoint(IPAddress.Parse("192.0.2.7"), 513), datagram);
        scene.Advance(1);
        federation.Loses = (_, _) => true;
        scene.Lan.Announce("10.0.2.99", datagram);
        scene.Advance(1);
        federation.Loses = (_, _) => false;
        scene.Advance(20);
        Assert.Equal(Via.Cluster, gateways[0].Row("host")!.Via);
        Assert.Empty(StatusesWhileQuiet());
    }

    [Fact]
    public void A_name_that_two_hosts_use_costs_one_status_a_comparison_at_most()
    {
        var gateways = Gateways(2);
        for (var i = 0; i < 8; i++)
        {
            foreach (var (lan, ahead) in new[] { (1, 0), (2, 3600) })
                scene.Lan.Announce(
                    $"10.0.{lan}.99", Datagrams.Of("twin", scene.Now + ahead, Scene.Start - 1000 * lan));
            scene.Advance(90);
        }

        scene.Advance(20);
        Assert.InRange(StatusesWhileQuiet().Count, 0, Comparisons);
        Assert.NotNull(gateways[0].Row("twin")!.Conflict);
    }

    [Fact]
    public void A_gateway_of_another_ones_name_costs_a_status_or_two_a_comparison()
    {
        var (one, two) = (Gateway(1), Gateway(2));
        two.Settings = two.Settings with { Name = one.Settings.Name };
        one.Started();
        two.Started();
        scene.Advance(20);
        Assert.InRange(StatusesWhileQuiet().Count, 0, 2 * Comparisons);
    }

    [Fact]
    public void One_that_only_listens_now_is_not_told_what_it_said_of_itself_before()
    {
        var gateways = Gateways(2);
        federation.Kill(Name(1));
        gateways[0].Kill();
        scene.Advance(30);
        gateways[0].Settings = gateways[0].Settings with { ListenOnly = true };
        gateways[0].Started();
        scene.Advance(20);
        Assert.Empty(StatusesWhileQuiet());
        Assert.NotNull(gateways[1].Row("gw1-1"));
    }

    // The older of two statuses by send time was heard later, and no table takes it.
    [Fact]
    public void A_clock_that_was_set_back_costs_one_status_a_comparison_until_the_next_announcement()
    {
        var gateways = Gateways(2);
        Announce(1, "host", clock: 86_400);
        scene.Advance(20);
        var before = federation.Sent.Count;
        Announce(1, "host", load: 1);
        scene.Advance(60);
        Assert.InRange(CountSince(before), 1, 14);
        Announce(1, "host", load: 2);
        scene.Advance(60);
        AssertAgree(gateways);
        Assert.Equal(2, gateways[1].Row("host")!.Status.Datagram.Load.One);
    }

    // Found by trying: as the hash is no secret, so can others.
    [Fact]
    public void Names_whose_hashes_are_alike_harm_nobody_else()
    {
        var (first, second) = Alike();
        Assert.Equal(first.StableHash, second.StableHash);
        var gateways = Gateways(2);
        federation.Loses = (_, _) => true;
        Announce(1, first.ToString());
        Announce(1, second.ToString());
        Announce(1, "host");
        scene.Advance(1);
        federation.Loses = (_, _) => false;
        scene.Advance(40);
        Assert.True(gateways[1].IsUp("host"));
        Assert.DoesNotContain(scene.Log, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    /// <summary>The second word of each undoes its first: what is left is no hash at all, or the same.</summary>
    private static (HostName First, HostName Second) Alike()
    {
        var found = new List<HostName>();
        for (var i = 0L; found.Count < 2; i++)
        {
            var word = Encoding.ASCII.GetBytes($"{i:D8}");
            var hash = Fold(32, BinaryPrimitives.ReadUInt64BigEndian(word));
            var second = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(second, hash);
            if (HostName.TryParse(Encoding.Latin1.GetString([.. word, .. second]), out var name)) found.Add(name);
        }

        return (found[0], found[1]);

        static ulong Fold(ulong hash, ulong word)
        {
            var high = Math.BigMul(hash ^ word, 0x9E3779B97F4A7C15, out var low);
            return high ^ low ^ hash ^ word;
        }
    }

    private void Tell(int lan, string host)
    {
        // Twice: a host heard twice does not give way to another.
        Announce(lan, host, load: 1);
        scene.Settle();
        Announce(lan, host, load: 2);
        scene.Settle();
        if (host.EndsWith('9')) scene.Advance(0.25);
    }

    /// <summary>All but what the gateways announce of themselves.</summary>
    private List<string> StatusesWhileQuiet()
    {
        scene.Advance(30);
        var before = federation.Sent.Count;
        scene.Advance(10 * Comparisons / 2);
        return
        [
            .. from sent in StatusesSince(before)
               from item in sent.Statuses.Items
               let host = Datagrams.Read(item.Datagram.ToArray()).Host
               where host != item.Gateway || item.AgeMilliseconds > 10_000
               select $"{sent.Message.From}: {host} of {item.Gateway}, {item.AgeMilliseconds} ms",
        ];
    }
}
