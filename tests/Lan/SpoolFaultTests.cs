using Xunit.Abstractions;

namespace Rwho.Tests.Lan;

/// <summary>A spool that fails under a running node: it goes on, says so, and everything is there afterwards.</summary>
public sealed class SpoolFaultTests(ITestOutputHelper output)
{
    // Not a mount point itself, so that it can be deleted and moved.
    private const string Place = """
        mount -t tmpfs -o mode=0755,size=256k tmpfs /var/spool
        install -d -o rwhod -g nogroup /var/spool/rwho
        install -d -o rwhod /run/elsewhere
        """;

    // The node has a file under way now and then: its room is taken, too.
    private const string Fill = """
        for i in 1 2 3 4 5 6 7; do cat /dev/zero > /var/spool/fill$i 2> /dev/null || true; sleep 0.3; done
        """;

    // In one step each, lest the node see what lies between: it writes every second.
    private const string Exchange = """
        python3 -c 'import ctypes, sys
        sys.exit(ctypes.CDLL(None).renameat2(-100, b"/var/spool/link", -100, b"/var/spool/rwho", 2))'
        """;

    private const string Link = "ln -s /run/elsewhere /var/spool/link\n" + Exchange;
    private const string Remove = "mv /var/spool/rwho /var/spool/gone; rm -r /var/spool/gone";
    private const string InTheWay = "cannot write whod.new in the spool: a directory is in its place; remove /var/";

    /// <summary>The fault, how it is made, what is said, and how it is mended.</summary>
    public static TheoryData<string, string, string, string> Faults { get; } = new()
    {
        { "the disk is full", Fill, "spool: No space left on device; make room on", "rm /var/spool/fill*" },
        {
            "the disk becomes read-only", "mount -o remount,ro /var/spool",
            "spool: Read-only file system; mount the file system of /var/spool/rwho writable",
            "mount -o remount,rw /var/spool"
        },
        {
            "the spool is deleted and may not be made again", Remove,
            "/var/spool/rwho is gone and cannot be made again .Permission denied.; make it: install -d -o rwhod",
            "install -d -o rwhod /var/spool/rwho"
        },
        {
            "the spool is deleted and may be made again", "chown rwhod /var/spool; " + Remove,
            "the spool is another directory than before", ":"
        },
        {
            "the spool becomes a symbolic link", Link,
            "has become a symbolic link, which is not followed; put the directory back", Exchange
        },
        {
            "the spool is given to root", "chown root /var/spool/rwho",
            "Permission denied; give /var/spool/rwho to rwhod", "chown rwhod /var/spool/rwho"
        },
        {
            "another disk is mounted", "mount -t tmpfs -o mode=0755,uid=rwhod tmpfs /var/spool/rwho",
            "the spool is another directory than before", ":"
        },
        {
            "one file has a directory in its place", "mkdir /var/spool/rwho/whod.new", InTheWay,
            "rmdir /var/spool/rwho/whod.new"
        },
        { "the spool is emptied", "rm /var/spool/rwho/*", "files are missing from the spool: every one", ":" },
    };

    [NodeTheory]
    [MemberData(nameof(Faults))]
    public async Task A_spool_that_fails_is_told_once_and_whole_again_by_itself(
        string fault, string make, string line, string mend)
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await hosts[0].Run("/bin/sh", "-ec", Place);
        hosts[0].Keep(Announcement.Of("dead", 2000));
        await using Node node = await Node.Start(hosts[0], "--interval", "1s");
        var story = new FaultStory(fault, hosts[0], node.Process, output);
        await Say(hosts[1], lan, "one", "two", "three");
        await Eventually.True(() => hosts[0].SpoolNames.Count == 5, () => string.Join(' ', hosts[0].SpoolNames));

        await story.Break(make);
        long sent = await Client.Stat(hosts[0], "sent");
        await Say(hosts[1], lan, "two", "new");
        await story.IsTold(line);

        await node.Shows("new", row => row.State == "up");
        await Eventually.Answer(
            () => Client.Stat(hosts[0], "sent"), now => now > sent + 1, "announcements go on");
        await story.Mend(mend, async () => await IsWhole(hosts[0]), "every host is in the spool");
        Assert.Equal(1, story.Lines(line));
        Assert.InRange(story.Lines("rwhod.13[1345]."), 1, 2);
        Assert.Empty(Directory.GetFiles(hosts[0].PathOf("/run/elsewhere")));
        if (story.Lines("cannot write") > 0)
        {
            await Eventually.True(() => story.Lines("the spool is whole again after [0-9]+ s") == 1, "its end told");
            Assert.True(await Client.Stat(hosts[0], "not_spooled") > 0);
        }

        Assert.Contains("\"spool\":{\"ok\":true,", await Client.Ask(hosts[0], "stats"), StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task A_link_that_is_meant_is_followed_after_a_hangup()
    {
        await using Lan lan = await Lan.Start();
        LanHost host = await lan.AddHost("alpha");
        await host.Run("/bin/sh", "-ec", Place);
        await using Node node = await Node.Start(host, "--interval", "1s");
        var story = new FaultStory("a link that is meant", host, node.Process, output);
        await story.Break(Link);
        await story.IsTold("or send SIGHUP if the link is meant");
        node.Process.Send(Signal.Hup);
        await Eventually.True(
            () => File.Exists(host.PathOf("/run/elsewhere/whod.alpha")), () => node.Process.Errors);
    }

    // A foreign file was never a fault: it is replaced, since the directory is the daemon's.
    [NodeFact]
    public async Task A_file_of_somebody_else_s_is_replaced()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        await using Node node = await Node.Start(hosts[0]);
        string file = hosts[0].PathOf($"{LanHost.Spool}/whod.new");
        await File.WriteAllTextAsync(file, "root's");
        File.SetUnixFileMode(file, UnixFileMode.None);
        await Say(hosts[1], lan, "new");
        await Eventually.True(() => hosts[0].SpoolFile("new")?.Length > 60, () => node.Process.Errors);
    }

    /// <summary>Announced anew each time, so that there is something to write.</summary>
    private static async Task Say(LanHost from, Lan lan, params string[] names)
    {
        foreach (string name in names)
        {
            var announcement = new Announcement(name)
            {
                Users = Crowd.Of(names.Length),
                BootTime = (uint)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (30_000 * name.Length)),
            };
            await from.Send(announcement.ToBytes(), lan.Broadcast);
        }
    }

    /// <summary>Debian's ruptime and rwho print of the spool what our node says: hosts, users, up or down.</summary>
    private static async Task<bool> IsWhole(LanHost host)
    {
        string[] before = await Said();
        string debian = (await host.Run("/usr/bin/ruptime")).Text;
        string users = (await host.Run("/usr/bin/rwho", "-a")).Text;
        string[] after = await Said();
        return before.SequenceEqual(after) && before.SequenceEqual(Sorted(debian, users))
            && before.Any(line => line.StartsWith("new ", StringComparison.Ordinal));

        async Task<string[]> Said() => Sorted(await Client.Ask(host, "ruptime"), await Client.Ask(host, "rwho -a"));

        // The node's own loads differ from one second to the next.
        static string[] Sorted(params string[] texts) =>
        [
            .. string.Concat(texts).Split('\n')
                .Select(line => line.StartsWith("alpha ", StringComparison.Ordinal) ? line.Split(',')[0] : line)
                .Order(StringComparer.Ordinal),
        ];
    }
}
