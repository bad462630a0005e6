using System.Net.Sockets;
using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>A node that may open few files, and very many clients that want them.</summary>
public sealed class DescriptorFaultTests(ITestOutputHelper output)
{
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
}
