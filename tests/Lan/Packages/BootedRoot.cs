using System.Globalization;

namespace Rwho.Tests.Lan;

/// <summary>A clean root whose systemd runs, as the first of its own processes, in the network of its host.</summary>
public sealed class BootedRoot : IAsyncDisposable
{
    private const string Groups = "/run/cgroup";

    private const string Boot = """
        mkdir "$0"
        mount -t cgroup2 cgroup2 "$0"
        mkdir "$0/rwho-test-$2"
        echo $$ >"$0/rwho-test-$2/cgroup.procs"
        uname -n >"$1/etc/hostname"
        exec unshare --ipc --pid --cgroup --mount --fork --kill-child sh -euc '
          umount -R "$0/dev" "$0/proc"
          mount -t proc proc "$0/proc"
          mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup"
          mount -t tmpfs -o mode=0755 tmpfs "$0/dev"
          for device in null zero full random urandom tty; do
            touch "$0/dev/$device"
            mount --bind "/dev/$device" "$0/dev/$device"
          done
          mkdir "$0/dev/pts" "$0/dev/shm"
          cd "$0"
          pivot_root . mnt
          umount -l mnt
          export container=lxc
          exec /lib/systemd/systemd --log-target=null' "$1"
        """;

    private const string Sweep = """find "$0" -depth -mindepth 1 -type d -path "$0/rwho-test-$1*" -exec rmdir {} +""";

    private readonly CleanRoot _root;
    private readonly HostProcess _process;
    private readonly string _group;

    private BootedRoot(CleanRoot root, string group)
    {
        _root = root;
        _group = group;
        _process = root.Host.Start("sh", "-euc", Boot, Groups, CleanRoot.Place, group);
    }

    public static async Task<BootedRoot> Of(CleanRoot root)
    {
        var booted = new BootedRoot(root, Guid.NewGuid().ToString("N"));
        await Eventually.Answer(
            async () => booted.Systemd is null ? "" : (await booted.Run("systemctl", "is-system-running")).Text,
            state => state == "running\n" || booted._process.HasEnded, "systemd is up");
        Assert.False(booted._process.HasEnded, booted._process.Errors + booted._process.Output);
        return booted;
    }

    private int? Systemd => _process.Pid is { } unshare ? Processes.ChildOf(unshare) : null;

    public async Task<Outcome> Run(string program, params string[] arguments)
    {
        var systemd = string.Create(CultureInfo.InvariantCulture, $"{Systemd}");
        await using var process = HostProcess.Start(["--target", systemd, "--all"], "systemd", program, arguments);
        return await process.Ended();
    }

    /// <summary>Runs what has to succeed; what it printed, without the last line's end.</summary>
    public async Task<string> Do(string program, params string[] arguments)
    {
        var outcome = await Run(program, arguments);
        Assert.True(outcome.Status == 0, $"{program} {string.Join(' ', arguments)}: {outcome}");
        return outcome.Text.TrimEnd('\n');
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Eventually.Answer(
            () => _root.Host.Run("sh", "-euc", Sweep, Groups, _group), outcome => outcome.Status == 0, "no group left");
    }
}
