namespace Rwho.Tests.Lan;

/// <summary>Two hosts that run Debian's rwhod, and a third that sends what it likes.</summary>
public sealed class DebianLan : IAsyncLifetime
{
    public Lan Lan { get; private set; } = null!;

    public LanHost Alpha { get; private set; } = null!;

    public LanHost Beta { get; private set; } = null!;

    public LanHost Gamma { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing is not null)
            return;
        Lan = await Lan.Start();
        LanHost[] hosts = await Lan.AddHosts("alpha", "beta", "gamma");
        (Alpha, Beta, Gamma) = (hosts[0], hosts[1], hosts[2]);
        await Beta.StartDebian();
        await Alpha.StartDebian();
    }

    public async Task DisposeAsync()
    {
        if (Lan is not null)
            await Lan.DisposeAsync();
    }
}

/// <summary>What Debian's programs do: the reference, and the proof that the LAN works.</summary>
public sealed class DebianTests(DebianLan site) : IClassFixture<DebianLan>
{
    [LanFact]
    public async Task A_LAN_of_two_hosts_is_ready_within_seconds_and_leaves_nothing_behind()
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("one", "two");
        TimeSpan elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        await hosts[0].StartDebian();
        int[] pids = [.. hosts.Select(host => host.Pid), .. hosts[0].Running(DebianDaemon.Program)];
        Assert.Equal(4, pids.Length);

        await lan.DisposeAsync();

        Assert.DoesNotContain(pids, Processes.IsAlive);
        Assert.True(elapsed < TimeSpan.FromSeconds(10), $"took {elapsed}");
    }

    [LanFact]
    public async Task Each_hears_the_first_announcement_of_the_other_and_its_own()
    {
        await Eventually.True(() => site.Beta.SpoolFile("alpha") is not null, "beta heard alpha");
        await Eventually.True(() => site.Alpha.SpoolFile("alpha") is not null, "alpha heard itself");
        Outcome ruptime = await site.Beta.Run("/usr/bin/ruptime");
        Assert.Equal(0, ruptime.Status);
        Assert.Contains("alpha", ruptime.Text, StringComparison.Ordinal);
    }

    [LanFact]
    public async Task Logged_in_users_are_announced_with_their_idle_time()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        DateTimeOffset since = DateTimeOffset.UtcNow.AddHours(-2);
        hosts[0].LogIn(
            new Login("ann", "pts/0", since, TimeSpan.FromMinutes(5)),
            new Login("bob", "pts/1", since, TimeSpan.FromHours(3)));
        await hosts[1].StartDebian();
        await hosts[0].StartDebian();
        await Eventually.True(() => hosts[1].SpoolFile("alpha")?.Length == 108, "two users of alpha on beta");
        Outcome rwho = await hosts[1].Run("/usr/bin/rwho");
        Assert.StartsWith("ann      alpha:pts/0 ", rwho.Text, StringComparison.Ordinal);
        Assert.EndsWith(" :05\n", rwho.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", rwho.Text, StringComparison.Ordinal);
    }

    [LanTheory]
    [InlineData("Upper")]
    [InlineData("dotted.example.org")]
    [InlineData("..")]
    [InlineData("-x")]
    [InlineData("$(id)")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234")]
    public async Task A_name_is_taken_as_it_is(string name)
    {
        await site.Gamma.Send(new Announcement(name).ToBytes(), site.Lan.Broadcast);
        await Eventually.True(() => site.Beta.SpoolFile(name) is not null, $"file for {name}");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(site.Beta.PathOf($"{LanHost.Spool}/whod.{name}")));
    }

    [LanTheory]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("with blank")]
    [InlineData("with\ttab")]
    [InlineData("del\x7f")]
    [InlineData("high\x80")]
    [InlineData("")]
    public async Task A_name_that_is_no_name_is_dropped(string name)
    {
        string after = Guid.NewGuid().ToString("N")[..20];
        await site.Gamma.Send(new Announcement(name).ToBytes(), site.Lan.Broadcast);
        await site.Gamma.Send(new Announcement(after).ToBytes(), site.Lan.Broadcast);
        await Eventually.True(() => site.Beta.SpoolFile(after) is not null, "the next datagram");
        Assert.Null(site.Beta.SpoolFile(name));
    }

    [LanFact]
    public async Task A_name_of_32_bytes_without_NUL_loses_its_last_byte()
    {
        string name = new('n', 32);
        await site.Gamma.Send(new Announcement(name).ToBytes(), site.Lan.Broadcast);
        byte[] file = await Eventually.Some(() => site.Beta.SpoolFile(name[..31]), "file of the cut name");
        Assert.Equal(0, file[43]);
    }

    [LanFact]
    public async Task The_last_byte_of_the_name_is_always_cleared_and_the_garbage_before_it_kept()
    {
        await site.Gamma.Send(new Announcement("garbled") { Filler = 0xa5 }.ToBytes(), site.Lan.Broadcast);
        byte[] file = await Eventually.Some(() => site.Beta.SpoolFile("garbled"), "file");
        Assert.All(file[20..43], kept => Assert.Equal(0xa5, kept));
        Assert.Equal(0, file[43]);
    }

    [LanFact]
    public async Task A_shorter_datagram_shrinks_the_file_and_a_longer_one_than_1068_bytes_is_cut()
    {
        var long42 = new Announcement("shrinks") { Users = Crowd.Of(42) };
        await site.Gamma.Send(long42.ToBytes(), site.Lan.Broadcast);
        await Eventually.True(() => site.Beta.SpoolFile("shrinks")?.Length == 1068, "1068 bytes");
        await site.Gamma.Send(new Announcement("shrinks").ToBytes(), site.Lan.Broadcast);
        await Eventually.True(() => site.Beta.SpoolFile("shrinks")?.Length == 60, "60 bytes");
        await site.Gamma.Send(new Announcement("longer") { Users = Crowd.Of(64) }.ToBytes(), site.Lan.Broadcast);
        byte[] file = await Eventually.Some(() => site.Beta.SpoolFile("longer"), "the long one");
        Assert.Equal(1068, file.Length);
    }

    [LanTheory]
    [InlineData(1, 1, 514)]
    [InlineData(1, 1, 1024)]
    [InlineData(0, 1, 513)]
    [InlineData(2, 1, 513)]
    [InlineData(0x81, 1, 513)]
    [InlineData(1, 0, 513)]
    [InlineData(1, 2, 513)]
    public async Task Another_version_type_or_source_port_is_dropped(byte version, byte type, int port)
    {
        string name = Guid.NewGuid().ToString("N")[..20];
        byte[] bytes = new Announcement(name) { Version = version, Type = type }.ToBytes();
        await site.Gamma.Send(bytes, site.Lan.Broadcast, port);
        await site.Gamma.Send(new Announcement($"{name}-after").ToBytes(), site.Lan.Broadcast);
        await Eventually.True(() => site.Beta.SpoolFile($"{name}-after") is not null, "the next datagram");
        Assert.Null(site.Beta.SpoolFile(name));
    }

    [LanFact]
    public async Task An_address_without_broadcast_address_is_heard_by_nobody()
    {
        await using Lan lan = await Lan.Start();
        LanHost beta = await lan.AddHost("beta");
        LanHost mute = await lan.AddHost("mute", Addressing.WithoutBroadcast);
        using Capture onMute = await mute.Watch();
        using Capture onBeta = await beta.Watch();
        await mute.StartDebian();
        await beta.StartDebian();
        await Eventually.True(() => beta.SpoolFile("beta") is not null, "beta heard itself");
        Assert.DoesNotContain(onBeta.Heard, seen => seen.HostName == "mute");
        Assert.DoesNotContain(onMute.Sent, seen => seen.HostName == "mute");
    }

    [LanTheory]
    [InlineData("", "eth0 eth1 ptp0")]
    [InlineData("-a", "eth0 eth1 ptp0")]
    [InlineData("-b", "eth0 eth1")]
    [InlineData("-p", "ptp0")]
    [InlineData("-i eth1", "eth1")]
    [InlineData("-i eth1 -i ptp0", "eth1 ptp0")]
    public async Task Options_select_the_interfaces(string options, string interfaces)
    {
        await using Lan lan = await Lan.Start();
        await using Lan other = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "far");
        await other.Join(hosts[0], "eth1");
        using PointToPoint link = await PointToPoint.Between(hosts[0], "10.91.0.1", hosts[1], "10.91.0.2", "ptp0");
        using Capture capture = await hosts[0].Watch();
        await hosts[0].StartDebian(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string[] expected = interfaces.Split(' ');
        await Eventually.True(() => capture.Sent.Count >= expected.Length, "its first announcement");
        Assert.Equal(expected, capture.Sent.Select(seen => seen.Interface).Distinct().Order(StringComparer.Ordinal));
        Assert.All(capture.Sent.Where(seen => seen.Interface == "ptp0"),
            seen => Assert.Equal("10.91.0.2", seen.To.Address.ToString()));
    }

    [LanFact]
    public async Task Kinds_and_names_of_interfaces_exclude_each_other()
    {
        Outcome outcome = await site.Gamma.Run(DebianDaemon.Program, "-b", "-i", "eth0");
        Assert.Equal(1, outcome.Status);
        Assert.Equal("rwhod: cannot specify both -i and one of -b -p -a\n", outcome.Errors);
    }

    [LanFact]
    public async Task An_interface_that_is_not_there_leaves_a_daemon_that_hears_and_never_speaks()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "gamma");
        using Capture capture = await hosts[0].Watch();
        DebianDaemon daemon = await hosts[0].StartDebian("-i", "eth7");
        await hosts[1].Send(new Announcement("gamma").ToBytes(), lan.Broadcast);
        await Eventually.True(() => hosts[0].SpoolFile("gamma") is not null, "alpha heard gamma");
        Assert.Equal(2, daemon.Pids.Count);
        Assert.Empty(capture.Sent);
    }
}

/// <summary>Users by the dozen.</summary>
public static class Crowd
{
    public static IReadOnlyList<User> Of(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new User($"pts/{i:D4}", $"user{i:D4}", 1_795_238_000, i * 100)),
    ];
}
