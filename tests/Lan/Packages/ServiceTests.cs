namespace Rwho.Tests.Lan;

/// <summary>The packages where systemd runs.</summary>
public sealed class ServiceTests
{
    [PackageFact]
    public async Task The_package_takes_the_service_of_Debians_over_reloads_it_and_gives_it_back()
    {
        await using Lan lan = await Lan.Start();
        CleanRoot root = await CleanRoot.On(await lan.AddHost("alpha"));
        await using BootedRoot booted = await BootedRoot.Of(root);
        await booted.Do("dpkg", "-i", CleanRoot.DebianDaemon, CleanRoot.DebianClients);
        await File.WriteAllTextAsync(root.PathOf("/etc/default/rwhod"), "RWHOD_OPTIONS=\"-i eth0 -f\"\n");
        await booted.Do("systemctl", "restart", "rwhod");

        await booted.Do("dpkg", "-i", CleanRoot.Daemon);

        Assert.Equal("active", await booted.Do("systemctl", "is-active", "rwhod"));
        Assert.Equal("enabled", await booted.Do("systemctl", "is-enabled", "rwhod"));
        string pid = await booted.Do("systemctl", "show", "--property", "MainPID", "--value", "rwhod");
        Assert.Equal("/usr/sbin/rwhod -i eth0 -f ", await booted.Do("sh", "-c", $"tr '\\0' ' ' </proc/{pid}/cmdline"));
        Assert.Contains("alpha ", await booted.Do("ruptime"), StringComparison.Ordinal);
        await booted.Do("systemctl", "reload", "rwhod");

        await booted.Do("dpkg", "-i", CleanRoot.DebianDaemon, CleanRoot.DebianClients);

        Assert.Equal("active", await booted.Do("systemctl", "is-active", "rwhod"));
        Assert.Contains("generated", await booted.Do("systemctl", "status", "rwhod"), StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task The_tarball_starts_its_service_and_removed_stops_it()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        CleanRoot root = await CleanRoot.On(hosts[0]);
        await hosts[1].StartDebian();
        await using BootedRoot booted = await BootedRoot.Of(root);
        await booted.Do("tar", "-C", "/packages", "-xzf", CleanRoot.Tarball);

        await booted.Do("sh", "-c", "/packages/rwho-*/install.sh");

        Assert.Equal("active", await booted.Do("systemctl", "is-active", "rwhod"));
        Assert.Equal("enabled", await booted.Do("systemctl", "is-enabled", "rwhod"));
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");

        await booted.Do("sh", "-c", "/packages/rwho-*/install.sh --remove");

        Assert.Equal("inactive\n", (await booted.Run("systemctl", "is-active", "rwhod")).Text);
    }
}
