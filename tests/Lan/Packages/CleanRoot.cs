using System.Globalization;

namespace Rwho.Tests.Lan;

/// <summary>A fact about what is installed; it needs a clean root and the packages to install there.</summary>
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute() => Skip = Requirements.Missing ?? CleanRoot.Missing;
}

/// <summary>
/// A minimal Debian on a host, in which things are installed: a copy of what deploy/debian/clean-root made, gone with
/// the host. Its processes are in the host's namespaces.
/// </summary>
public sealed class CleanRoot
{
    /// <summary>Both in Debian's own release, as they lie in the root.</summary>
    public const string DebianDaemon = "/packages/rwhod_0.17-15_amd64.deb";

    /// <inheritdoc cref="DebianDaemon"/>
    public const string DebianClients = "/packages/rwho_0.17-15_amd64.deb";

    /// <summary>Where the host has it.</summary>
    public const string Place = "/run/root";


    // Services are started: invoke-rc.d would not where there is neither an init system nor a policy.
    private const string Furnish = """
        mkdir "$1" /run/changes
        mount -t tmpfs tmpfs /run/changes
        mkdir /run/changes/files /run/changes/work
        mount -t overlay overlay -o "lowerdir=$0,upperdir=/run/changes/files,workdir=/run/changes/work" "$1"
        mount --rbind /dev "$1/dev"
        mount -t proc proc "$1/proc"
        mount -t sysfs sysfs "$1/sys"
        mount -t tmpfs -o mode=0755 tmpfs "$1/run"
        printf '#!/bin/sh\nexit 0\n' >"$1/usr/sbin/policy-rc.d"
        chmod 755 "$1/usr/sbin/policy-rc.d"
        cp "$2"/*.deb "$2"/*.tar.gz "$1/packages"
        """;

    private static readonly string? Source = Environment.GetEnvironmentVariable("RWHO_CLEAN_ROOT");
    private static readonly string? Packages = Environment.GetEnvironmentVariable("RWHO_PACKAGES");
    private readonly LanHost _host;

    private CleanRoot(LanHost host) => _host = host;

    /// <summary>Why nothing can be installed; null when it can.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : !Directory.Exists($"{Source}/packages") ? "needs RWHO_CLEAN_ROOT, which deploy/debian/clean-root makes"
        : Packages is null || Directory.GetFiles(Packages, "*.deb").Length == 0
            ? "needs RWHO_PACKAGES, where deploy/debian/build and deploy/tarball/build put theirs"
            : null;

    /// <summary>Ours, as they lie in the root.</summary>
    public static string Daemon => $"/packages/{NameOf("*.deb")}";

    /// <inheritdoc cref="Daemon"/>
    public static string Tarball => $"/packages/{NameOf("*.tar.gz")}";

    public static async Task<CleanRoot> On(LanHost host)
    {
        var outcome = await host.Run("sh", "-euc", Furnish, Source!, Place, Packages!);
        Assert.True(outcome.Status == 0, outcome.ToString());
        return new CleanRoot(host);
    }

    public LanHost Host => _host;

    public string PathOf(string path) => _host.PathOf($"{Place}{path}");

    public bool Has(string path) => Path.Exists(PathOf(path));

    public Task<Outcome> Run(params string[] command) => _host.Run("chroot", [Place, .. command]);

    /// <summary>Runs what has to succeed; what it printed.</summary>
    public async Task<string> Do(params string[] command)
    {
        var outcome = await Run(command);
        Assert.True(outcome.Status == 0, $"{string.Join(' ', command)}: {outcome}");
        return outcome.Text;
    }

    /// <summary>The processes that run a program of this root.</summary>
    public IReadOnlyList<int> Running(string program = "/usr/sbin/rwhod") => _host.Running(Place + program);

    /// <summary>The one daemon of ours that runs, and its command line.</summary>
    public (int Pid, string Command) OnlyDaemon()
    {
        var pid = Assert.Single(Running());
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline");
        return (pid, File.ReadAllText(path).TrimEnd('\0').Replace('\0', ' '));
    }

    /// <summary>Every path of the root but what any installation changes.</summary>
    public async Task<string[]> Files()
    {
        const string Changing = @"-path /proc -o -path /packages -o -path /var/cache -o -path /var/log
            -o -path /var/lib/dpkg -o -path /run -o -path /sys -o -path /dev -o -name *.cache -o -name *-";
        string[] pruned = Changing.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = await Do(["find", "/", "-xdev", "(", .. pruned, ")", "-prune", "-o", "-print"]);
        return [.. found.Split('\n').Order(StringComparer.Ordinal)];
    }

    private static string NameOf(string pattern) => Path.GetFileName(Directory.GetFiles(Packages!, pattern)[0]);
}
