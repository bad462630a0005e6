using System.Globalization;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>A node that may not open another file: it goes on, says so, and is well when it may again.</summary>
public sealed class DescriptorFaultTests(ITestOutputHelper output)
{
    private const int Plenty = 4096;
    private const string Exhausted = "Too many open files";

    [NodeFact]
    public async Task Without_a_descriptor_left_it_announces_and_hears_and_everything_is_there_afterwards()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        using Capture capture = await hosts[1].Watch();
        await using Node node = await Node.Start(hosts[0], "--interval", "1s");
        var story = new FaultStory("no descriptor is left", hosts[0], node.Process, output);
        await hosts[1].Send(new Announcement("beta").ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[0].SpoolNames.Count == 2, () => string.Join(' ', hosts[0].SpoolNames));

        await story.Break(Limit(node, LowestFree(node.Process.Pid!.Value)));
        await hosts[0].Ip("addr add 10.88.0.1/24 brd 10.88.0.255 dev eth0");
        await hosts[1].Send(new Announcement("new").ToBytes(), lan.Broadcast);
        await story.IsTold($"cannot write to the spool: {Exhausted}; raise the limit of open files .LimitNOFILE.");
        await story.IsTold($"cannot read what this host announces: .*/proc/loadavg: {Exhausted}");
        await story.IsTold($"cannot list the network interfaces: {Exhausted}; going on with the networks known");
        Task<string> client = Client.Ask(hosts[0], "ruptime");
        await story.IsTold("no descriptors left for another client");
        int announced = Announced(capture);
        await Eventually.True(() => Announced(capture) > announced + 3, "announcements go on");
        long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.Null(hosts[0].SpoolFile("new"));

        await story.Mend(
            Limit(node, Plenty),
            () => Task.FromResult(hosts[0].SpoolFile("new") is not null
                && story.Lines("what this host announces can be read again") == 1
                && story.Lines("the network interfaces can be read again") == 1
                && story.Lines("network eth0 .10.88.0.1.: announcing to 10.88.0.255") == 1),
            "all is written and read again");
        Assert.InRange(hosts[0].ReceivedAt("new"), before - 60, before);
        Assert.Contains("alpha ", await client, StringComparison.Ordinal);
        Assert.Equal(4, story.Lines(" fail: | warn: "));
        foreach (string counter in new[] { "not_spooled", "not_probed", "not_accepted" })
            Assert.True(await Client.Stat(hosts[0], counter) > 0, counter);
    }

    [NodeFact]
    public async Task A_thousand_clients_take_no_descriptor_that_the_node_needs()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using HostProcess process = hosts[0].Start(
            "/bin/sh", "-c", $"ulimit -n 400; exec {NodeProgram.Path} --interval 1s");
        var story = new FaultStory("a thousand clients", hosts[0], process, output);
        await Eventually.True(() => story.Lines("clients may ask") == 1, () => process.Errors);

        Socket[] clients = await hosts[0].Inside(() => Client.Connect(1000));
        foreach (int i in Enumerable.Range(1, 20))
            await hosts[1].Send(new Announcement($"host{i}").ToBytes(), lan.Broadcast);

        await Eventually.True(() => hosts[0].SpoolNames.Count == 21, () => process.Errors);
        await Eventually.Answer(
            () => Client.Ask(hosts[0], "ruptime"), board => board.Contains("host20 ", StringComparison.Ordinal),
            "a new client is answered");
        Assert.InRange(await Client.Stat(hosts[0], "open"), 1, 208);
        Assert.Equal(0, await Client.Stat(hosts[0], "not_spooled"));
        Assert.Equal(0, await Client.Stat(hosts[0], "not_probed"));
        foreach (Socket client in clients) client.Dispose();
        await Eventually.Answer(() => Client.Stat(hosts[0], "open"), open => open == 1, "all of them gone");
        Assert.Equal(0, story.Lines(" fail: "));
    }

    /// <summary>
    /// Sets how many files the node may have open; those it has open stay. Its own user may, root not everywhere.
    /// </summary>
    private static string Limit(Node node, int files) =>
        "exec setpriv --reuid=rwhod --regid=nogroup --clear-groups prlimit --nofile="
        + $"{files}: --pid {Processes.NumberInside(node.Process.Pid!.Value)}";

    private static int Announced(Capture capture) => capture.Heard.Count(seen => seen.HostName == "alpha");

    /// <summary>With this limit no file can be opened.</summary>
    private static int LowestFree(int pid)
    {
        HashSet<int> open =
        [
            .. Directory.GetFileSystemEntries($"/proc/{pid}/fd")
                .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)),
        ];
        return Enumerable.Range(0, Plenty).First(number => !open.Contains(number));
    }
}
