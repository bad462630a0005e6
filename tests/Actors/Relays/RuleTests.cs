using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Tests.Actors.Relays;

/// <summary>The parts that decide, one at a time; times are milliseconds.</summary>
public sealed class RuleTests
{
    private static readonly Network Lan = new("eth0", IPAddress.Parse("10.0.1.1"), 24,
        [new Destination(new IPEndPoint(IPAddress.Parse("10.0.1.255"), 513))]);

    private static readonly Network Link = new("ptp0", IPAddress.Parse("10.9.0.1"), 32,
        [new Destination(new IPEndPoint(IPAddress.Parse("10.9.0.2"), 513))]);

    private static Neighbour Neighbour(ulong cookie = 7) =>
        new(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 513), "gw", isConfigured: true, cookie);

    private static HeardStatus Status(string host, long sent = 1) => new(
        Datagrams.Read(Datagrams.Of(host, sent)), Via.Lan, IPAddress.Parse("10.0.2.2"), 513, true, 0, 0);

    [Theory]
    [InlineData("10.0.1.77", true)]
    [InlineData("10.0.2.77", false)]
    [InlineData("10.9.0.2", false)]
    [InlineData("2001:db8::1", false)]
    public void A_network_holds_the_addresses_of_its_prefix(string address, bool holds) =>
        Assert.Equal(holds, Lan.Holds(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.9.0.2", true)]
    [InlineData("10.9.0.3", false)]
    public void A_link_holds_its_other_end(string address, bool holds) =>
        Assert.Equal(holds, Link.Holds(IPAddress.Parse(address)));

    [Fact]
    public void Hellos_come_sooner_at_first_then_every_15_seconds()
    {
        var neighbour = Neighbour();
        var times = new List<long>();
        for (long now = 0; now <= 62_000; now += 250)
            if (neighbour.DueHello(now) is not null) times.Add(now);
        Assert.Equal([0, 1_000, 3_000, 7_000, 15_000, 30_000, 45_000, 60_000], times);
    }

    [Fact]
    public void A_cookie_is_brought_back_at_once_and_the_board_asked_for_until_it_comes()
    {
        var neighbour = Neighbour();
        Assert.Equal((new Cookies(0, 7), true), neighbour.DueHello(0));
        Assert.Equal((new Cookies(99, 7), true), neighbour.TakeCookie(99, 10));
        Assert.Null(neighbour.TakeCookie(99, 20));
        var back = new Cookies(99, 7);
        Assert.Equal((back, true), neighbour.DueHello(10 + Rwho.Actors.Relays.Neighbour.BoardMilliseconds));
        neighbour.TakeBoard(2_100);
        Assert.Equal((new Cookies(99, 7), false), neighbour.DueHello(100_000));
        Assert.Equal((back, true), neighbour.DueHello(2_100 + Rwho.Actors.Relays.Neighbour.SilenceMilliseconds + 1));
    }

    [Theory]
    [InlineData(0ul, true, true, false)]
    [InlineData(8ul, true, true, false)]
    [InlineData(7ul, false, false, false)]
    [InlineData(7ul, true, false, true)]
    public void Only_who_brings_our_cookie_has_the_board(ulong brought, bool wants, bool cookie, bool board)
    {
        var neighbour = Neighbour();
        Assert.Equal((cookie, board), neighbour.TakeHello(new Cookies(brought, 5), wants, 1_000));
        Assert.Equal(!cookie, neighbour.IsProved(1_000));
        Assert.Equal((cookie, false), neighbour.TakeHello(new Cookies(brought, 5), wants, 1_500)); // one a second
    }

    [Fact]
    public void What_waits_for_a_network_goes_after_20_to_200_milliseconds_unless_a_copy_is_heard_there()
    {
        Assert.True(HostName.TryParse("relay", out var self));
        var relay = new LanRelay(self);
        var waits = new HashSet<long>();
        for (var i = 0; i < 200; i++)
        {
            Assert.True(relay.Add(Status($"h{i}"), Lan, 1_000));
            waits.Add(relay.NextDue!.Value - 1_000);
            Assert.False(relay.TryTake(relay.NextDue.Value - 1, out _, out _));
            Assert.True(relay.TryTake(relay.NextDue.Value, out _, out var to));
            Assert.Equal(Lan, to);
        }

        Assert.True(waits.Min() >= 20 && waits.Max() <= 200 && waits.Count > 60);
        var waiting = Status("heard");
        relay.Add(waiting, Lan, 0);
        relay.Add(waiting, Link, 0);
        Assert.True(relay.Heard(waiting.Datagram, Lan));
        Assert.False(relay.Heard(waiting.Datagram, Lan));
        Assert.True(relay.TryTake(1_000, out _, out var other));
        Assert.Equal(Link, other);
        Assert.False(relay.TryTake(1_000, out _, out _));
    }

    [Fact]
    public void So_many_a_second_are_sent_and_boards_behind_what_is_new()
    {
        var pace = new SendPace(rate: 100, capacity: 50);
        var neighbour = Neighbour();
        pace.AddBoard(neighbour, [.. Enumerable.Range(0, 1000).Select(i => Status($"b{i}"))]);
        for (var i = 0; i < 60; i++) Assert.Equal(i < 50, pace.Add(new Outgoing(Status($"n{i}"), neighbour, null)));
        var sent = new List<string>();
        for (long now = 0; now <= 1_000; now += 10)
            while (pace.TryTake(now, out var next)) sent.Add(next.Status.Datagram.Host.ToString());
        Assert.InRange(sent.Count, 100, 105);
        Assert.All(sent.Take(50), name => Assert.StartsWith("n", name, StringComparison.Ordinal));
        Assert.All(sent.Skip(50), name => Assert.StartsWith("b", name, StringComparison.Ordinal));
        pace.Drop(neighbour);
        Assert.False(pace.TryTake(5_000, out _));
        Assert.True(pace.IsEmpty);
    }

    // A board that was replaced stayed in memory until its turn came: for ever, when there was always something new.
    [Fact]
    public void A_neighbour_that_asks_for_its_board_again_and_again_has_one_of_them_waiting()
    {
        var pace = new SendPace(rate: 100, capacity: 50);
        pace.AddBoard(Neighbour(1), [Status("b")]);
        var other = Neighbour(2);
        for (var i = 0; i < 1000; i++) pace.AddBoard(other, [Status($"b{i}")]);
        Assert.Equal(2, pace.Boards);
        pace.Drop(other);
        Assert.Equal(1, pace.Boards);
    }
}
