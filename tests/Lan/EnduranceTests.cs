using System.Globalization;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Lan;

/// <summary>Our node killed, and our node under fire.</summary>
public sealed class EnduranceTests
{
    [NodeFact]
    public async Task Killed_and_started_again_it_shows_the_board_at_once_and_announces_again()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta", "gamma");
        await hosts[1].StartDebian();
        Outcome killed;
        await using (Node first = await Node.Start(hosts[0]))
        {
            await hosts[2].Send(new Announcement("silent") { Users = Crowd.Of(3) }.ToBytes(), lan.Broadcast);
            await Eventually.True(() => hosts[0].SpoolFile("silent") is not null, "silent in the spool");
            await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "beta heard alpha");
            killed = await first.EndBy(Signal.Kill);
        }

        Assert.Equal(128 + (int)Signal.Kill, killed.Status);
        hosts[1].ClearSpool();

        await using Node second = await Node.Start(hosts[0]);

        await second.Shows("silent", row => row.State == "up");
        await Eventually.True(
            () => Regex.IsMatch(second.Process.Errors, "hosts in the spool: [1-9]"),
            () => $"the table starts from the spool: {second.Process.Errors}");
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "beta heard alpha again");
        await hosts[2].Send(new Announcement("later").ToBytes(), lan.Broadcast);
        await second.Shows("later", row => row.State == "up");
    }

    [NodeFact]
    public async Task A_flood_of_garbage_and_forgeries_changes_nothing_but_counters()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "good", "evil");
        await using Node node = await Node.Start(hosts[0]);
        await hosts[1].Send(new Announcement("good").ToBytes(), lan.Broadcast);
        await node.Shows("good", row => row.State == "up");
        await Eventually.True(() => hosts[0].SpoolFile("good") is not null, "its file, which follows the board");
        string[] files = Directory.GetFileSystemEntries(hosts[0].PathOf(LanHost.Spool));

        using (UdpPort who = await hosts[2].OpenPort(LanHost.WhoPort))
        using (UdpPort other = await hosts[2].OpenPort(40_000))
        {
            var random = new Random(1180);
            for (int i = 0; i < 20_000; i++)
                (i % 8 == 7 ? other : who).Send(Hostile(random, i), lan.Broadcast);
        }

        await hosts[1].Send(new Announcement("good") { Users = Crowd.Of(2) }.ToBytes(), lan.Broadcast);
        await Eventually.True(
            () => hosts[0].SpoolFile("good")?.Length == 108, "the good host's news, after all that");
        await node.Shows("good", row => row.State == "up");
        Assert.Equal(["alpha", "good"], (await node.Board()).Select(row => row.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            files.Union([hosts[0].PathOf($"{LanHost.Spool}/whod.alpha")]).Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(hosts[0].PathOf(LanHost.Spool)).Order(StringComparer.Ordinal));
        Assert.False(node.Process.HasEnded);
        Outcome ended = await node.EndBy(Signal.Term);
        Match counters = Regex.Match(ended.Errors, "hosts 2, .* refused ([0-9]+)");
        Assert.True(
            counters.Success && int.Parse(counters.Groups[1].Value, CultureInfo.InvariantCulture) > 1000,
            ended.ToString());
    }

    /// <summary>What no receiver may take; every eighth is flawless, but comes from a wrong port.</summary>
    private static byte[] Hostile(Random random, int i)
    {
        string[] names = ["../x", "a/b", "", "with blank", "esc\x1b[2J", "line\nfeed", "del\x7f", "\xe9t\xe9"];
        var valid = new Announcement($"forged{i % 100}");
        switch (i % 8)
        {
            case 0:
                byte[] noise = new byte[random.Next(0, 60)];
                random.NextBytes(noise);
                return noise;
            case 1:
                byte[] longNoise = new byte[random.Next(60, 1400)];
                random.NextBytes(longNoise);
                longNoise[0] = 0x81;
                return longNoise;
            case 2:
                return (valid with { Version = (byte)random.Next(2, 256) }).ToBytes();
            case 3:
                return (valid with { Type = (byte)random.Next(2, 256) }).ToBytes();
            case 4:
                return (valid with { Type = 2, Tail = new byte[random.Next(0, 900)] }).ToBytes();
            case 5:
            case 6:
                return new Announcement(names[random.Next(names.Length)]) { Users = Crowd.Of(i % 43) }.ToBytes();
            default:
                return valid.ToBytes();
        }
    }
}
