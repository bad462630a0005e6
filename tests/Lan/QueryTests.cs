namespace Rwho.Tests.Lan;

/// <summary>Clients on the LAN ask our node.</summary>
public sealed class QueryTests
{
    private const int Unreachable = 69;

    [NodeTheory]
    [InlineData("ruptime", "")]
    [InlineData("ruptime", "-l")]
    [InlineData("ruptime", "-ar")]
    [InlineData("rwho", "-a")]
    public async Task Whoever_asks_from_wherever_gets_what_Debians_program_prints_there(string client, string options)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta", "gamma");
        await using Node node = await Node.Start(hosts[0]);
        foreach (int i in Enumerable.Range(1, 5))
        {
            var announcement = new Announcement($"host{i}")
            {
                BootTime = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (uint)(40_000 * i),
                Load = (100 * i, 10, 0),
                Users = Crowd.Of(i),
            };
            await hosts[1].Send(announcement.ToBytes(), lan.Broadcast);
        }

        await Eventually.True(() => hosts[0].SpoolNames.Count == 6, () => string.Join(' ', hosts[0].SpoolNames));
        string[] words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string link = NodeProgram.LinkTo(client, hosts[0]);
        string request = $"{client} {options}\n";
        string ask = "import socket,sys; s=socket.create_connection((sys.argv[1],5513));"
            + " s.sendall(sys.argv[2].encode()); s.shutdown(1);"
            + " sys.stdout.buffer.write(b''.join(iter(lambda: s.recv(65536), b'')))";
        await Eventually.Answer(
            async () => (
                Debian: (await hosts[0].Run($"/usr/bin/{client}", words)).Text,
                Local: (await hosts[0].Run(NodeProgram.Path, [client, .. words])).Text,
                Called: (await hosts[0].Run(link, words)).Text,
                Remote: (await hosts[2].Run(
                    NodeProgram.Path, [client, .. words, "--node", hosts[0].Address])).Text,
                ByHand: (await hosts[2].Run("/usr/bin/env", "python3", "-c", ask, hosts[0].Address, request)).Text),
            said => said.Debian.Length > 0 && said.Debian == said.Local && said.Debian == said.Called
                && said.Debian == said.Remote && said.Debian == said.ByHand,
            $"{client} {options} the same everywhere");
    }

    [NodeFact]
    public async Task A_client_of_a_network_that_is_not_connected_is_refused_unless_allowed()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("strict", "lax", "client");
        await hosts[2].Ip("addr add 10.88.0.1/32 dev eth0");
        foreach (LanHost host in hosts[..2]) await host.Ip($"route add 10.88.0.1/32 via {hosts[2].Address}");
        foreach (LanHost host in hosts[..2])
            await hosts[2].Ip($"route replace {host.Address}/32 dev eth0 src 10.88.0.1");
        await using Node strict = await Node.Start(hosts[0]);
        await using Node lax = await Node.Start(hosts[1], "--allow", "10.88.0.0/16");

        Outcome refused = await hosts[2].Run(NodeProgram.Path, "ruptime", "--node", hosts[0].Address);
        Outcome answered = await hosts[2].Run(NodeProgram.Path, "ruptime", "--node", hosts[1].Address);

        Assert.True(refused.Status == Unreachable && refused.ErrorLines.Length == 1, refused.ToString());
        Assert.True(answered.Status == 0 && answered.Text.StartsWith("lax ", StringComparison.Ordinal),
            answered.ToString());
    }

    [NodeFact]
    public async Task Clients_find_the_socket_of_the_daemon_here_and_see_the_address_of_each_host()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Node.Start(hosts[0]);
        await hosts[1].Send(new Announcement("beta").ToBytes(), lan.Broadcast);
        await Eventually.Answer(
            () => hosts[0].Run(NodeProgram.Path, "ruptime", "--json"),
            outcome => outcome.Text.Contains(
                $"\"via\":\"lan\",\"address\":\"{hosts[1].Address}\"", StringComparison.Ordinal),
            "beta with its address");
        Assert.True(File.Exists(hosts[0].PathOf("/run/rwho/rwhod.sock")));
    }
}
