using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>Very many clients of one node: at once, and one after another.</summary>
public sealed class ClientCrowdTests
{
    [NodeFact]
    public async Task A_thousand_silent_clients_and_a_thousand_that_hardly_read_do_not_delay_a_new_one()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Started(hosts[0]);
        await Crowded(hosts, lan, 2000);

        Socket[] slow = await hosts[0].Inside(() => Client.Connect(1000, receiveBytes: 4096, "json\n"));
        // The node waits ten seconds for what they want.
        Socket[] silent = await hosts[0].Inside(() => Client.Connect(1000));
        double[] milliseconds = await hosts[0].Inside(
            () => Enumerable.Range(0, 21).Select(_ => Timed(() => Ask("ruptime alpha\n"))).Order().ToArray());
        Assert.True(milliseconds[10] <= 100, $"answered within {string.Join(' ', milliseconds)} ms");
        Assert.Equal(2001, await hosts[0].Inside(() => Stat("open")));

        Assert.EndsWith("]}\n", "{" + Client.ReadToEnd(slow[500]), StringComparison.Ordinal);
        foreach (Socket client in silent.Concat(slow)) client.Dispose();
        await Eventually.Answer(() => hosts[0].Inside(() => Stat("open")), open => open == 1, "all of them gone");
    }

    // The client's other bytes filled the node's buffer, which then closed with bytes unread: a reset ate the reply.
    [NodeFact]
    public async Task What_a_client_sends_behind_its_request_does_not_cost_it_the_reply()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Started(hosts[0]);
        await Crowded(hosts, lan, 2000);

        string reply = await hosts[0].Inside(() =>
        {
            Socket client = Assert.Single(Client.Connect(1, receiveBytes: 4096));
            client.Send(Encoding.ASCII.GetBytes("json\n" + new string('x', 3000)));
            Assert.True(SpinWait.SpinUntil(() => client.Available > 0, Eventually.Deadline));
            Assert.Equal(1, Stat("open") - 1);
            return Client.ReadToEnd(client);
        });

        Assert.EndsWith("]}\n", reply, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Who_may_not_watch_is_told_and_nothing_fails()
    {
        await using Lan lan = await Lan.Start();
        LanHost host = await lan.AddHost("alpha");
        await using Node node = await Started(host);
        Socket[] watchers = await host.Inside(() => Client.Connect(256));
        foreach (Socket watcher in watchers) watcher.Send("watch\n"u8);
        await Eventually.Answer(() => host.Inside(() => Stat("asked")), asked => asked > 256, "all of them asked");

        string refused = await host.Inside(() => Ask("watch\n"));

        Assert.Equal("error: busy: too many watch already; try again later\n", refused);
        foreach (Socket watcher in watchers) watcher.Dispose();
        Assert.DoesNotContain("Exception", (await node.EndBy(Signal.Term)).Errors, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Where_files_are_few_idle_clients_give_way_and_the_node_works()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using HostProcess process = hosts[0].Start("/bin/sh", "-c", $"ulimit -n 250; exec {NodeProgram.Path}");
        await Answers(process);
        Socket[] idle = await hosts[0].Inside(() => Client.Connect(300));

        await Eventually.Answer(
            () => hosts[0].Inside(() => Ask("ruptime\n")),
            board => board.StartsWith("alpha ", StringComparison.Ordinal), "a new client answered");
        await hosts[1].Send(new Announcement("beta").ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[0].SpoolFile("beta") is not null, () => process.Errors);
        Assert.InRange(await hosts[0].Inside(() => Stat("open")), 1, 58);
        foreach (Socket client in idle) client.Dispose();
    }

    [NodeFact]
    public async Task After_a_hundred_thousand_clients_the_node_is_what_it_was()
    {
        await using Lan lan = await Lan.Start();
        LanHost host = await lan.AddHost("alpha");
        await using Node node = await Started(host);
        int pid = Assert.Single(host.Running(NodeProgram.Path));
        Assert.StartsWith("alpha ", await host.Inside(() => Ask("ruptime\n", times: 5_000)), StringComparison.Ordinal);
        int sockets = SocketsOf(pid);
        Assert.NotEqual(0, sockets);
        long memory = MemoryOf(pid);

        string last = await host.Inside(() => Ask("ruptime\n", times: 95_000));

        Assert.StartsWith("alpha ", last, StringComparison.Ordinal);
        Assert.Equal(1, await host.Inside(() => Stat("open")));
        Assert.True(await host.Inside(() => Stat("asked")) > 100_000);
        await Eventually.True(
            () => SocketsOf(pid) <= sockets, () => $"{SocketsOf(pid)} sockets, {sockets} before");
        Assert.InRange(MemoryOf(pid), 0, memory + (32 << 20));
    }

    private static async Task<Node> Started(LanHost host)
    {
        Node node = await Node.Start(host);
        await Answers(node.Process);
        return node;
    }

    private static Task Answers(HostProcess process) => Eventually.True(
        () => process.Errors.Contains("clients may ask", StringComparison.Ordinal), () => process.Errors);

    private static async Task Crowded(LanHost[] hosts, Lan lan, int crowd)
    {
        using UdpPort port = await hosts[1].OpenPort(LanHost.WhoPort);
        foreach (int i in Enumerable.Range(1, crowd))
            port.Send(new Announcement($"host{i}") { Users = Crowd.Of(4) }.ToBytes(), lan.Broadcast);
        await Eventually.Answer(
            () => hosts[0].Inside(() => Stat("hosts")), known => known > crowd * 9 / 10, "most of the hosts");
    }

    private static string Ask(string request, int times)
    {
        for (int i = 1; i < times; i++) Ask(request);
        return Ask(request);
    }

    private static string Ask(string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = (int)Eventually.Deadline.TotalMilliseconds;
        socket.Connect(IPAddress.Loopback, Client.QueryPort);
        socket.Send(Encoding.ASCII.GetBytes(request));
        return Client.ReadToEnd(socket);
    }

    private static long Stat(string name) => long.Parse(
        Regex.Match(Ask("stats\n"), $"\"{name}\":([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Timed(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Its other descriptors are the runtime's, which opens what it needs when it needs it.</summary>
    private static int SocketsOf(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static long MemoryOf(int pid) => 1024 * long.Parse(
        Regex.Match(File.ReadAllText($"/proc/{pid}/status"), "VmRSS:\\s*([0-9]+)").Groups[1].Value,
        CultureInfo.InvariantCulture);
}
