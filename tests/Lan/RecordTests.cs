using System.Net;
using System.Net.Sockets;

namespace Rwho.Tests.Lan;

/// <summary>The daemon keeps what it receives, in a file that other programs read.</summary>
public sealed class RecordTests
{
    private const string Recording = "/run/rwho/rwho.pcap";

    /// <summary>Of a longer datagram, no more is taken from the system.</summary>
    private const int LongestTaken = 1077;

    private static readonly Announcement Last = new("last");

    [NodeFact]
    public async Task Everything_that_is_received_is_recorded_byte_by_byte_before_any_check()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await using Node node = await Node.Start(hosts[0], "--record", Recording, "--rate-max", "5");
        double start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        (int Port, byte[] Bytes)[] sent = [.. await SendAll(hosts[1], lan.Broadcast)];
        await Eventually.True(() => hosts[0].SpoolFile("good") is not null, "good in the spool");
        await Eventually.True(() => Read(hosts[0], hosts[1]).Count == sent.Length, "all of it in the file");
        Assert.True((await node.EndBy(Signal.Term)).Status == 0);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(hosts[0].PathOf(Recording)));
        IReadOnlyList<Recorded> read = Read(hosts[0], hosts[1]);
        Assert.Equal(
            sent.Select(datagram => $"{datagram.Port} {Convert.ToHexString(Taken(datagram.Bytes))}"),
            read.Select(datagram => $"{datagram.From.Port} {Convert.ToHexString(datagram.Bytes)}"));
        Assert.All(read, datagram => Assert.Equal(new IPEndPoint(IPAddress.Any, 513), datagram.To));
        Assert.All(read, datagram => Assert.InRange(datagram.Seconds, start - 1, start + 60));
        Assert.Contains("datagrams in " + Recording, node.Process.Errors, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task The_last_datagrams_are_there_when_it_is_stopped_at_once()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await using Node node = await Node.Start(hosts[0], "--record", Recording);
        using UdpPort port = await hosts[1].OpenPort(LanHost.WhoPort);
        for (int i = 0; i < 200; i++)
            port.Send(new Announcement($"host{i}").ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[0].SpoolFile("host199") is not null, "the last one in the spool");
        Assert.True((await node.EndBy(Signal.Term)).Status == 0);
        Assert.Equal(200, Read(hosts[0], hosts[1]).Count);
    }

    [DecoderFact]
    public async Task Tshark_and_tcpdump_read_what_was_recorded_by_IPv4_and_IPv6()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await hosts[0].Ip("addr add 2001:db8::1/64 dev eth0 nodad");
        await hosts[1].Ip("addr add 2001:db8::2/64 dev eth0 nodad");
        await using Node node = await Node.Start(
            hosts[0], "--record", Recording, "--accept-neighbour", "2001:db8::/32");
        foreach (string local in new[] { "0.0.0.0:513", "[::]:513" })
        {
            await Eventually.True(
                () => node.Process.Errors.Contains($"listening on {local}", StringComparison.Ordinal), local);
        }

        await SendAll(hosts[1], lan.Broadcast);
        byte[] far = new Announcement("far").ToBytes();
        await Eventually.Answer(
            async () =>
            {
                await hosts[1].Inside(() => SendLong(far));
                return All(hosts[0]).Any(datagram => datagram.From.ToString() == "[2001:db8::2]:513");
            },
            heard => heard, "heard by IPv6");
        Assert.True((await node.EndBy(Signal.Term)).Status == 0);

        Recorded[] read = [.. All(hosts[0])];
        Recorded found = read.First(datagram => datagram.From.ToString() == "[2001:db8::2]:513");
        Assert.Equal(
            ("[::]:513", Convert.ToHexString(far)), (found.To.ToString(), Convert.ToHexString(found.Bytes)));
        DirectoryInfo place = Directory.CreateTempSubdirectory("rwho-test-");
        string copy = Path.Combine(place.FullName, "rwho.pcap");
        await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(hosts[0].PathOf(Recording)));
        Assert.NotEmpty(PcapReading.Decoders);
        foreach (string decoder in PcapReading.Decoders)
        {
            Assert.Equal(
                read.Select(datagram => $"{decoder}: {datagram.Summary}"),
                (await PcapReading.By(decoder, copy)).Select(summary => $"{decoder}: {summary}"));
        }

        place.Delete(recursive: true);
    }

    [NodeFact]
    public async Task A_full_disk_ends_the_recording_and_not_the_daemon()
    {
        const string Small = "/run/small";
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await hosts[0].Run("/bin/mkdir", Small);
        await hosts[0].Run("/bin/mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "tmpfs", Small);
        await using Node node = await Node.Start(hosts[0], "--record", $"{Small}/rwho.pcap");
        using UdpPort port = await hosts[1].OpenPort(LanHost.WhoPort);
        for (int i = 0; i < 200; i++)
            port.Send(new Announcement($"host{i}") { Users = Crowd.Of(42) }.ToBytes(), lan.Broadcast);
        const string Line = $"recording ends, cannot write to {Small}/rwho.pcap: No space left on device";
        await Eventually.True(() => node.Process.Errors.Contains(Line, StringComparison.Ordinal), "a line about it");
        port.Send(Last.ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[0].SpoolFile("last") is not null, "last in the spool");
        Outcome outcome = await node.EndBy(Signal.Term);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Single(outcome.ErrorLines, line => line.Contains("recording ends", StringComparison.Ordinal));
        byte[] file = await File.ReadAllBytesAsync(hosts[0].PathOf($"{Small}/rwho.pcap"));
        Assert.Equal(file.Length, 24 + PcapReading.ByHand(file).Sum(datagram => 16 + 20 + 8 + datagram.Bytes.Length));
        Assert.InRange(file.Length, 32 << 10, 64 << 10);
    }

    [NodeFact]
    public async Task A_hangup_goes_on_in_the_file_and_begins_another_when_that_was_moved_away()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await using Node node = await Node.Start(hosts[0], "--record", Recording);
        await Hear(1);
        node.Process.Send(Signal.Hup);
        await Starts(2);
        await Hear(2);
        File.Move(hosts[0].PathOf(Recording), hosts[0].PathOf(Recording + ".1"));
        node.Process.Send(Signal.Hup);
        await Starts(3);
        await Hear(3);
        Assert.True((await node.EndBy(Signal.Term)).Status == 0);
        Assert.Equal([1, 2], Numbers(Recording + ".1"));
        Assert.Equal([3], Numbers(Recording));

        async Task Hear(int number)
        {
            await hosts[1].Send(new Announcement($"host{number}").ToBytes(), hosts[0].Address);
            await Eventually.True(() => hosts[0].SpoolFile($"host{number}") is not null, $"host{number} heard");
        }

        Task Starts(int times) => Eventually.True(
            () => node.Process.Errors.Split("listening on 0.0.0.0:513").Length > times, $"started {times} times");

        IEnumerable<int> Numbers(string path) => PcapReading.ByHand(File.ReadAllBytes(hosts[0].PathOf(path)))
            .Where(datagram => datagram.From.Address.ToString() == hosts[1].Address)
            .Select(datagram => datagram.Bytes[16] - '0');
    }

    [NodeFact]
    public async Task A_second_daemon_does_not_overwrite_the_recording_of_the_first()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        await using Node node = await Node.Start(hosts[0], "--record", Recording);
        await hosts[1].Send(Last.ToBytes(), hosts[0].Address);
        await Eventually.True(() => Read(hosts[0], hosts[1]).Count == 1, "recorded");
        Outcome second = await hosts[0].Run(
            NodeProgram.Path, "--port", "5130", "--query", "none", "--query-socket", "none", "--record", Recording);
        Assert.Equal(74, second.Status);
        Assert.Contains("another rwhod records there", second.Errors, StringComparison.Ordinal);
        Assert.Single(Read(hosts[0], hosts[1]));
    }

    /// <summary>All kinds, the good one first and last.</summary>
    private static async Task<List<(int Port, byte[] Bytes)>> SendAll(LanHost host, string to)
    {
        byte[] good = new Announcement("good").ToBytes();
        var sent = new List<(int Port, byte[] Bytes)>();
        foreach (int fromPort in new[] { LanHost.WhoPort, 40_000 })
        {
            using UdpPort port = await host.OpenPort(fromPort);
            foreach (byte[] bytes in (byte[][])
            [
                good, [], [1], good[..59], [.. good, .. Enumerable.Repeat((byte)7, 1400)],
                (new Announcement("other") { Version = 2 }).ToBytes(), [1, 2, 2, 1, .. new byte[16]],
                [1, 2, 1, 0, 0, 0, 0, 9, .. good], new Announcement("b\x1b[2J").ToBytes(), Last.ToBytes(),
            ])
            {
                port.Send(bytes, to);
                sent.Add((fromPort, bytes));
            }
        }

        return sent;
    }

    private static bool SendLong(byte[] datagram)
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("2001:db8::2"), LanHost.WhoPort));
        return socket.SendTo(datagram, new IPEndPoint(IPAddress.Parse("2001:db8::1"), LanHost.WhoPort)) > 0;
    }

    private static byte[] Taken(byte[] sent) => sent.Length > LongestTaken ? sent[..LongestTaken] : sent;

    /// <summary>What is recorded so far; none where there is no file yet.</summary>
    private static IReadOnlyList<Recorded> All(LanHost host)
    {
        byte[] file = File.Exists(host.PathOf(Recording)) ? File.ReadAllBytes(host.PathOf(Recording)) : [];
        return file.Length == 0 ? [] : PcapReading.ByHand(file);
    }

    private static IReadOnlyList<Recorded> Read(LanHost host, LanHost from) =>
        [.. All(host).Where(datagram => datagram.From.Address.ToString() == from.Address)];
}
