namespace Rwho.Tests.Lan;

/// <summary>The Debian package in a minimal Debian 12 whose systemd does not run, beside hosts with Debian's.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    private const string Options = "/etc/default/rwhod";
    private const string Spool = "/var/spool/rwho";

    private Lan lan = null!;
    private LanHost alpha = null!;
    private CleanRoot root = null!;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing is not null || CleanRoot.Missing is not null)
            return;
        lan = await Lan.Start();
        alpha = await lan.AddHost("alpha");
        root = await CleanRoot.On(alpha);
    }

    public async Task DisposeAsync()
    {
        if (lan is not null)
            await lan.DisposeAsync();
    }

    [PackageFact]
    public async Task Installed_it_runs_and_is_heard_by_Debians_rwhod_and_hears_it()
    {
        LanHost beta = await lan.AddHost("beta");
        DebianDaemon debian = await beta.StartDebian();

        await root.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.Equal("/usr/sbin/rwhod", root.OnlyDaemon().Command);
        await Eventually.True(() => beta.SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");
        await debian.Stop();
        await beta.StartDebian();
        await Eventually.Answer(() => root.Do("ruptime"), board => board.Contains("beta"), "alpha heard beta");
        Assert.Equal("", await root.Do("rwho"));
        Assert.Equal("rwhod 755", (await root.Do("stat", "-c", "%U %a", Spool)).Trim());
        Assert.Equal("rwhod is running\n", await root.Do("/etc/init.d/rwhod", "status"));
    }

    [PackageFact]
    public async Task Installed_again_it_is_another_process_with_the_configuration_that_was_changed()
    {
        await root.Do("dpkg", "-i", CleanRoot.Daemon);
        (int first, _) = root.OnlyDaemon();
        await File.WriteAllTextAsync(root.PathOf("/etc/rwho/rwhod.json"), """{ "name": "other" }""");

        await root.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.NotEqual(first, root.OnlyDaemon().Pid);
        await Eventually.Answer(() => root.Do("ruptime"), board => board.Contains("other"), "the changed name");
    }

    [PackageFact]
    public async Task Removed_it_leaves_configuration_and_spool_and_purged_nothing_at_all()
    {
        string[] before = await root.Files();
        string users = await File.ReadAllTextAsync(root.PathOf("/etc/passwd"));
        await root.Do("dpkg", "-i", CleanRoot.Daemon);
        await Eventually.True(() => root.Has($"{Spool}/whod.alpha"), "alpha is in its spool");

        await root.Do("dpkg", "-r", "rwhod");

        Assert.Empty(root.Running());
        Assert.False(root.Has("/usr/sbin/rwhod") || Path.Exists(root.PathOf("/usr/bin/ruptime")));
        Assert.True(root.Has($"{Spool}/whod.alpha") && root.Has("/etc/rwho/rwhod.json"));

        await root.Do("dpkg", "-P", "rwhod");

        Assert.Equal(before, await root.Files());
        Assert.Equal(users, await File.ReadAllTextAsync(root.PathOf("/etc/passwd")));
    }

    [PackageFact]
    public async Task It_takes_over_from_Debians_with_its_options_its_user_and_its_spool()
    {
        LanHost beta = await lan.AddHost("beta");
        await RunDebians("-i eth0 -f");
        await beta.StartDebian();
        await Eventually.True(() => root.Has($"{Spool}/whod.beta"), "Debian's rwhod of alpha heard beta");
        string user = await root.Do("id", "rwhod");

        await root.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.Equal("/usr/sbin/rwhod -i eth0 -f", root.OnlyDaemon().Command);
        Assert.Contains("beta ", await root.Do("ruptime"), StringComparison.Ordinal);
        Assert.Equal(user, await root.Do("id", "rwhod"));
        Assert.False(root.Has("/etc/cron.monthly/rwhod"), "Debian's job that cleans the spool is gone");
        string known = await root.Do("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Package} ${Version}\n", "rwho*");
        string ours = Assert.Single(known.Split('\n'), line => line.Length > 0 && !line.StartsWith("un "));
        Assert.StartsWith("ii rwhod 1:", ours, StringComparison.Ordinal);
    }

    /// <summary>
    /// Debian's postrm removes user and spool, or fails where the user's daemon runs. It is no more there: the package
    /// has the same name.
    /// </summary>
    [PackageFact]
    public async Task Where_Debians_was_removed_with_its_options_left_it_takes_them_and_leaves_nothing_to_purge()
    {
        await RunDebians("-i eth0");
        await root.Do("dpkg", "-r", "rwho", "rwhod");
        Assert.Empty(root.Running());

        await root.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.Equal("/usr/sbin/rwhod -i eth0", root.OnlyDaemon().Command);
        Assert.DoesNotContain("\nrc ", await root.Do("dpkg", "-l"), StringComparison.Ordinal);
        Assert.DoesNotContain("userdel -r", await root.Do("cat", "/var/lib/dpkg/info/rwhod.postrm"),
            StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task Debians_can_be_put_back_with_the_options_and_the_spool_and_can_be_purged()
    {
        await RunDebians("-i eth0");
        await root.Do("dpkg", "-i", CleanRoot.Daemon);
        Assert.Equal("/usr/sbin/rwhod -i eth0", root.OnlyDaemon().Command);

        await root.Do("dpkg", "-i", CleanRoot.DebianDaemon, CleanRoot.DebianClients);

        await Eventually.True(() => root.Running().Count == 2, "Debian's rwhod runs");
        Assert.Equal("RWHOD_OPTIONS=\"-i eth0\"\n", await File.ReadAllTextAsync(root.PathOf(Options)));
        Assert.Contains("alpha ", await root.Do("ruptime"), StringComparison.Ordinal);
        Assert.False(Path.Exists(root.PathOf("/etc/systemd/system/multi-user.target.wants/rwhod.service")));

        await root.Do("dpkg", "-P", "rwho", "rwhod");

        Assert.Empty(root.Running());
        Assert.False(root.Has(Spool) || root.Has("/etc/init.d/rwhod") || root.Has("/etc/rwho/rwhod.json"));
    }

    [PackageFact]
    public async Task Where_the_system_lets_no_service_start_none_is_started()
    {
        await File.WriteAllTextAsync(root.PathOf("/usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n");

        await root.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.Empty(root.Running());
        Assert.Equal("ruptime: no hosts in /var/spool/rwho.\n", (await root.Run("ruptime")).Text);
    }

    /// <summary>Installs Debian's packages and starts its daemon with these options.</summary>
    private async Task RunDebians(string options)
    {
        await root.Do("dpkg", "-i", CleanRoot.DebianDaemon, CleanRoot.DebianClients);
        await File.WriteAllTextAsync(root.PathOf(Options), $"RWHOD_OPTIONS=\"{options}\"\n");
        await root.Do("invoke-rc.d", "rwhod", "restart");
        await Eventually.True(
            () => root.Has($"{Spool}/whod.alpha") && root.Running().Count == 2, "Debian's rwhod runs");
    }
}
