using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>Our node, that could not hear for a while: nobody is called down for it.</summary>
public sealed class DeafnessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [NodeFact]
    public async Task A_process_that_was_stopped_calls_nobody_down_for_it()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        foreach (LanHost host in hosts) host.Keep(Announcement.Of("old", secondsAgo: 635));
        await using Node stopped = await Node.Start(hosts[0]);
        await using Node other = await Node.Start(hosts[1]);
        await stopped.Shows("old", row => row.State == "up");

        stopped.Process.Send(Signal.Stop);
        // The time that it is deaf for, by the board of one that is not.
        await UntilDown("old", hosts[1]);
        stopped.Process.Send(Signal.Continue);

        await stopped.Shows("old", row => row.State == "up");
        await Eventually.True(
            () => Regex.IsMatch(
                stopped.Process.Errors, "this process did not run for [2-5][0-9] s .* nobody is called down"),
            () => $"a line that says so: {stopped.Process.Errors}");
        await Eventually.True(
            () => hosts[0].ReceivedAt("old") > DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 655,
            "the spool says so, to old readers");
        Outcome debian = await hosts[0].Run("/usr/bin/ruptime");
        Assert.Matches("old +up ", debian.Text);
        Assert.InRange(await stopped.Stat("hearing", "deaf_seconds"), 20, 60);

        // It is silent all the same.
        await UntilDown("old", hosts[0]);
    }

    [NodeFact]
    public async Task Datagrams_that_the_kernel_drops_are_counted_and_told_of()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Node.Start(hosts[0]);
        await node.Shows("alpha", row => row.State == "up");
        Assert.Equal(0, await node.Stat("hearing", "kernel_drops"));

        node.Process.Send(Signal.Stop);
        using (UdpPort who = await hosts[1].OpenPort(LanHost.WhoPort))
        {
            long room = 16 << 20;
            byte[] datagram = new Announcement("beta") { Users = Crowd.Of(40) }.ToBytes();
            for (long sent = 0; sent < room; sent += datagram.Length) who.Send(datagram, lan.Broadcast);
        }

        node.Process.Send(Signal.Continue);
        await node.Shows("beta", row => row.State == "up");
        Assert.InRange(await node.Stat("hearing", "kernel_drops"), 1, 20_000);
        await Eventually.True(
            () => Regex.IsMatch(node.Process.Errors, "[0-9]+ of [0-9]+ datagrams were lost here .*receive buffer has"),
            () => $"a line that says so: {node.Process.Errors}");
        await Eventually.True(
            () => node.Process.Errors.Contains("this node hears again", StringComparison.Ordinal),
            () => $"a line that says so: {node.Process.Errors}");
        Assert.InRange(await node.Stat("hearing", "deaf_seconds"), 10, 60);
    }

    private static Task<IReadOnlyList<Row>> UntilDown(string name, LanHost where) => Eventually.Answer(
        () => Row.Read(where), rows => rows.Any(row => row.Name == name && row.State == "down"),
        $"{where.Name} calls {name} down", Patience);
}
