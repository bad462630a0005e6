namespace Rwho.Tests.Lan;

/// <summary>The tarball's install.sh in a minimal Debian 12, whose systemd does not run.</summary>
public sealed class TarballTests
{
    [PackageFact]
    public async Task Installed_twice_it_is_there_once_and_runs_and_removed_it_leaves_user_and_spool()
    {
        await using Lan lan = await Lan.Start();
        LanHost[] hosts = await lan.AddHosts("alpha", "beta");
        CleanRoot root = await CleanRoot.On(hosts[0]);
        await hosts[1].StartDebian();
        await root.Do("sh", "-c", $"tar -C /packages -xzf {CleanRoot.Tarball} && mv /packages/rwho-*/ /packages/rwho");
        string[] before = await root.Files();

        await root.Do("/packages/rwho/install.sh");
        string[] installed = await root.Files();
        await root.Do("/packages/rwho/install.sh");

        Assert.Equal(installed, await root.Files());
        Assert.Contains("ExecStart=/usr/local/sbin/rwhod ",
            await root.Do("cat", "/usr/local/lib/systemd/system/rwhod.service"), StringComparison.Ordinal);
        Assert.True(root.Has("/usr/local/share/man/man1/ruptime.1"));
        await root.Do("/usr/local/sbin/rwhod", "--detach");
        await Eventually.True(() => hosts[1].SpoolFile("alpha") is not null, "Debian's rwhod heard alpha");
        await Eventually.Answer(
            () => root.Do("/usr/local/bin/ruptime"), board => board.Contains("alpha"), "ruptime shows alpha");

        await root.Do("/packages/rwho/install.sh", "--remove");
        await root.Do("/packages/rwho/install.sh", "--remove");

        string[] left = await root.Files();
        Assert.Empty(before.Except(left));
        Assert.All(left.Except(before), path => Assert.StartsWith("/var/spool/rwho", path, StringComparison.Ordinal));
        Assert.True(root.Has("/var/spool/rwho/whod.alpha"));
        Assert.Contains("rwhod:", await root.Do("cat", "/etc/passwd"), StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task A_changed_configuration_stays_and_so_do_the_places_of_another_prefix()
    {
        await using Lan lan = await Lan.Start();
        CleanRoot root = await CleanRoot.On(await lan.AddHost("alpha"));
        await root.Do("sh", "-c", $"tar -C /packages -xzf {CleanRoot.Tarball} && mv /packages/rwho-*/ /packages/rwho");

        await root.Do("/packages/rwho/install.sh", "--prefix", "/opt/rwho");
        await File.WriteAllTextAsync(root.PathOf("/etc/rwho/rwhod.json"), """{ "name": "other" }""");
        await root.Do("/packages/rwho/install.sh", "--prefix", "/opt/rwho");

        Assert.Contains("ExecStart=/opt/rwho/sbin/rwhod ",
            await root.Do("cat", "/etc/systemd/system/rwhod.service"), StringComparison.Ordinal);
        Assert.Contains("other", await root.Do("/opt/rwho/sbin/rwhod", "check"), StringComparison.Ordinal);

        await root.Do("/packages/rwho/install.sh", "--prefix", "/opt/rwho", "--remove");

        Assert.True(root.Has("/etc/rwho/rwhod.json"));
        Assert.False(root.Has("/opt/rwho") || root.Has("/etc/systemd/system/rwhod.service"));
    }
}
