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
    private const int QueryPort = 5513;

    [NodeFact]
    public async Task A_thousand_silent_clients_and_a_thousand_that_hardly_read_do_not_delay_a_new_one()
    {
        const int Hosts = 2000;
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Node.Start(hosts[0]);
        using (UdpPort port = await hosts[1].OpenPort(LanHost.WhoPort))
        {
            foreach (int i in Enumerable.Range(1, Hosts))
                port.Send(new Announcement($"host{i}") { Users = Crowd.Of(4) }.ToBytes(), lan.Broadcast);
        }

        await Eventually.Answer(
            () => hosts[0].Inside(() => Stat("hosts")), known => known > Hosts * 9 / 10, "most of the hosts");

        Socket[] silent = await hosts[0].Inside(() => Connect(1000));
        Socket[] slow = await hosts[0].Inside(() => Connect(1000, receiveBytes: 4096));
        byte[] one = new byte[1];
        foreach (Socket client in slow)
        {
            client.Send("json\n"u8);
            Assert.Equal(1, client.Receive(one));
        }

        double[] milliseconds = await hosts[0].Inside(
            () => Enumerable.Range(0, 21).Select(_ => Timed(() => Ask("ruptime alpha\n"))).Order().ToArray());
        Assert.True(milliseconds[10] <= 100, $"answered within {string.Join(' ', milliseconds)} ms");
        Assert.Equal(2001, await hosts[0].Inside(() => Stat("open")));

        Assert.EndsWith("]}\n", "{" + ReadToEnd(slow[500]), StringComparison.Ordinal);
        foreach (Socket client in silent.Concat(slow)) client.Dispose();
        await Eventually.Answer(() => hosts[0].Inside(() => Stat("open")), open => open == 1, "all of them gone");
    }

    [NodeFact]
    public async Task After_a_hundred_thousand_clients_the_node_is_what_it_was()
    {
        await using Lan lan = await Lan.Start();
        LanHost host = await lan.AddHost("alpha");
        await using Node node = await Node.Start(host);
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

    /// <summary>Connections from as many addresses as the limit for each makes necessary.</summary>
    private static Socket[] Connect(int count, int receiveBytes = 0) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
            socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.1.{1 + (i % 10)}"), 0));
            socket.Connect(IPAddress.Loopback, QueryPort);
            return socket;
        }),
    ];

    private static string Ask(string request, int times)
    {
        for (int i = 1; i < times; i++) Ask(request);
        return Ask(request);
    }

    private static string Ask(string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = (int)Eventually.Deadline.TotalMilliseconds;
        socket.Connect(IPAddress.Loopback, QueryPort);
        socket.Send(Encoding.ASCII.GetBytes(request));
        return ReadToEnd(socket);
    }

    private static string ReadToEnd(Socket socket)
    {
        byte[] buffer = new byte[4096];
        var text = new StringBuilder();
        while (socket.Receive(buffer) is > 0 and var count) text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
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
