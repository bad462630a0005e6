using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>
/// Two of Debian's daemons that forward (-f), between the same two LANs as relays of ours. They pass each other's
/// copies on, round and round, until each has had enough after 180 within three minutes, and never forwards again.
/// </summary>
public sealed class ForwarderTests(ITestOutputHelper output)
{
    /// <summary>What one of them forwards before it has had enough.</summary>
    private const int Enough = 181;

    [NodeTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_of_them_bring_no_dead_host_back_and_our_relays_add_nothing_to_what_circles(int ours)
    {
        await using Site site = await Site.Start(2, ipv6: false);
        LanHost[] ends = await site.AddHosts("one", "two");
        LanHost[] olds = [await OnBoth(site, "old1"), await OnBoth(site, "old2")];
        Announcement dead = Announcement.Of("dead", secondsAgo: 12 * 60);
        await using Relays relays = await Relays.Start(site, ours, dead);
        using Link one = await Link.At("LAN 1", ends[0]);
        using Link two = await Link.At("LAN 2", ends[1]);
        using Capture byFirst = await olds[0].Watch();
        using Capture bySecond = await olds[1].Watch();

        // One stands still at first: so hosts that are gone circle, and not only what the two say of themselves.
        DebianDaemon first = await olds[0].StartDebian("-f");
        foreach (int pid in first.Pids) Kernel.Send(Signal.Stop, pid);
        await olds[1].StartDebian("-f");
        await ends[1].StartDebian();
        DebianDaemon last = await (await site.Lans[0].AddHost("last")).StartDebian();
        int[] lastHeard = await relays.WhenHeard("last");
        await last.Stop();
        using UdpPort sender = await ends[0].OpenPort(LanHost.WhoPort);
        sender.Send(dead.ToBytes(), site.Lans[0].Broadcast); // as an old forwarder would that held it back
        await Eventually.True(
            () => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > lastHeard.Max() + 1, "a time at which it would differ");
        foreach (int pid in first.Pids) Kernel.Send(Signal.Continue, pid);
        Capture[] byOlds = [byFirst, bySecond];
        foreach (Capture old in byOlds)
            await Eventually.True(() => old.Sent.Count >= Enough, () => $"it has had enough: {old.Sent.Count} sent");
        await Probe(sender, site.Lans[0], two);

        foreach (Link link in new[] { one, two })
            output.WriteLine($"{ours} of ours, {link.Name}: {link.Packets} packets, of them "
                + $"{Copies(link, "last")} of last, {Copies(link, "dead")} of dead");
        foreach ((int i, Capture old) in byOlds.Index())
        {
            output.WriteLine($"old{i + 1} sent {old.Sent.Count}");
            int own = old.Sent.Count(seen => seen.HostName == $"old{i + 1}");
            Assert.InRange(old.Sent.Count, Enough, Enough + own);
            Assert.DoesNotContain(old.Sent, seen => seen.HostName.StartsWith("probe", StringComparison.Ordinal));
        }

        Assert.InRange(
            one.Packets + two.Packets - byFirst.Sent.Count - bySecond.Sent.Count,
            0, one.Statuses.Concat(two.Statuses).Select(status => status.Key).Distinct().Count() * (1 + ours));
        Assert.True(Copies(one, "dead") + Copies(two, "dead") > 2, "what is gone circled");
        relays.AssertNothingTwice();
        relays.AssertSentNothingOf("dead");
        Assert.Equal(lastHeard, await relays.WhenHeard("last"));
        Assert.All(await relays.WhenHeard("dead"), heard => Assert.Equal((int)dead.SendTime, heard));
        await relays.AssertDown("dead");

        static int Copies(Link link, string host) => link.Statuses.Count(status => status.Host == host);
    }

    /// <summary>Whatever still circles has passed when these have arrived, each after the one before.</summary>
    private static async Task Probe(UdpPort from, Lan lan, Link arrival)
    {
        foreach (string probe in Enumerable.Range(0, 10).Select(i => $"probe{i}"))
        {
            from.Send(new Announcement(probe).ToBytes(), lan.Broadcast);
            await Eventually.True(() => arrival.Statuses.Any(status => status.Host == probe), probe);
        }
    }

    private static async Task<LanHost> OnBoth(Site site, string name)
    {
        LanHost host = await site.Lans[0].AddHost(name);
        await site.Lans[1].Join(host, "eth1");
        return host;
    }

    /// <summary>Relays of ours that know a host from before, and what they send.</summary>
    private sealed class Relays : IAsyncDisposable
    {
        private readonly List<Node> _nodes = [];
        private readonly List<Capture> _captures = [];

        public static async Task<Relays> Start(Site site, int count, Announcement known)
        {
            var relays = new Relays();
            foreach (int i in Enumerable.Range(1, count))
            {
                LanHost host = await OnBoth(site, $"relay{i}");
                host.Keep(known);
                relays._captures.Add(await host.Watch());
                relays._nodes.Add(await Node.Start(host, "-f", "--interval", "11m", "--spool", LanHost.Spool));
            }

            return relays;
        }

        /// <summary>When each relay last heard a host, by its spool.</summary>
        public async Task<int[]> WhenHeard(string name)
        {
            foreach (Node node in _nodes)
                await Eventually.Some(() => node.Host.SpoolFile(name), $"{name} in the spool of {node.Host.Name}");
            return [.. _nodes.Select(node => node.Host.ReceivedAt(name))];
        }

        public void AssertNothingTwice() => Assert.All(
            _captures.SelectMany((capture, i) => capture.Sent.Select(seen => (i, seen))).GroupBy(
                sent => (sent.i, sent.seen.Interface, Convert.ToHexString(sent.seen.Bytes))),
            same => Assert.Single(same));

        public void AssertSentNothingOf(string name) => Assert.All(
            _captures, capture => Assert.DoesNotContain(capture.Sent, seen => seen.HostName == name));

        /// <summary>By our board, and by what Debian's ruptime reads in our spool.</summary>
        public async Task AssertDown(string name)
        {
            foreach (Node node in _nodes)
            {
                Assert.Contains(new Row(name, "down"), await node.Board());
                string listed = (await node.Host.Run("/usr/bin/ruptime")).Text;
                Assert.Contains(listed.Split('\n'), line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    is [var host, "down", ..] && host == name);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (Node node in _nodes) await node.DisposeAsync();
            foreach (Capture capture in _captures) capture.Dispose();
        }
    }
}
