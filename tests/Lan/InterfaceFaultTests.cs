using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>The only network of a host goes and comes back: the node says so, and is heard and hears at once.</summary>
public sealed class InterfaceFaultTests(ITestOutputHelper output)
{
    private const string MulticastGroup = "224.0.1.3";

    [NodeTheory]
    [InlineData("the link goes down")]
    [InlineData("the address is removed")]
    [InlineData("the interface is deleted")]
    public async Task A_network_that_was_gone_is_heard_and_hears_at_once(string fault)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        (LanHost alpha, LanHost beta) = (hosts[0], hosts[1]);
        using Capture capture = await beta.Watch();
        await using Node node = await Node.Start(alpha, "--interval", "1s", "--multicast");
        var story = new FaultStory(fault, alpha, node.Process, output);
        await Eventually.True(() => Announced(capture) > 0, "alpha knows its network");
        await Say("before", beta, lan);
        await node.Shows("before", row => row.State == "up");

        await story.Break(() => alpha.Ip(fault switch
        {
            "the link goes down" => "link set eth0 down",
            "the address is removed" => $"addr del {alpha.Address}/24 dev eth0",
            _ => "link del eth0",
        }));
        await story.IsTold("network eth0 .* is gone");
        await Eventually.Answer(
            () => Client.Ask(alpha, "why before"),
            why => why.Contains($"It came from {beta.Address} on a network that is not connected here now",
                StringComparison.Ordinal),
            "why says that the network is gone");
        int announced = Announced(capture);

        await story.Mend(
            () => fault switch
            {
                "the link goes down" => alpha.Ip("link set eth0 up"),
                "the address is removed" => alpha.Ip(
                    $"addr add {alpha.Address}/24 brd {lan.Broadcast} dev eth0"),
                _ => lan.Join(alpha, "eth0"),
            },
            async () =>
            {
                await Say("after", beta, lan);
                IReadOnlyList<Row> board = await node.Board();
                return Announced(capture) > announced && board.Any(row => row.Name == "after-wide")
                    && board.Any(row => row.Name == "after-group");
            },
            "it announces, and hears broadcasts and the multicast group");
        Assert.Equal(1, story.Lines("network eth0 .* is gone"));
        Assert.Equal(2, story.Lines("network eth0 .*: announcing to "));
        Assert.True(story.Lines(" fail: ") == 0, node.Process.Errors);
        Assert.False(node.Process.HasEnded);
    }

    [NodeFact]
    public async Task Sends_that_the_system_refuses_are_counted_and_told_once()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--interval", "1s");
        var story = new FaultStory("the routes are gone", hosts[0], node.Process, output);
        await node.Shows("alpha", row => row.State == "up");
        string broadcast = $"route %1 broadcast {lan.Broadcast} dev eth0 table local";
        string prefix = $"route %1 {lan.Prefix}.0/24 dev eth0";

        await story.Break(() => hosts[0].Ip(Do("del", broadcast), Do("del", prefix)));
        await story.IsTold("network eth0: announcements do not go out: NetworkUnreachable");
        await Eventually.Answer(() => Client.Stat(hosts[0], "not_sent"), refused => refused >= 3, "three refused");
        int announced = Announced(capture);

        await story.Mend(
            () => hosts[0].Ip(Do("add", prefix), Do("add", broadcast)),
            () => Task.FromResult(Announced(capture) > announced
                && story.Lines("network eth0: announcements go out again") == 1),
            "it announces again, and says so");
        Assert.Equal(1, story.Lines("announcements do not go out"));
    }

    private static string Do(string what, string line) => line.Replace("%1", what, StringComparison.Ordinal);

    private static int Announced(Capture capture) => capture.Heard.Count(seen => seen.HostName == "alpha");

    /// <summary>By broadcast, and to the group.</summary>
    private static async Task Say(string name, LanHost from, Lan lan)
    {
        using UdpPort port = await from.OpenPort(LanHost.WhoPort);
        port.Send(new Announcement(name).ToBytes(), lan.Broadcast);
        port.Send(new Announcement($"{name}-wide").ToBytes(), lan.Broadcast);
        port.Multicast(new Announcement($"{name}-group").ToBytes(), MulticastGroup, from.Address);
    }
}
