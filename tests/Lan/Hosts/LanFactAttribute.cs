namespace Rwho.Tests.Lan;

/// <summary>
/// A fact about real hosts. Skipped, with the reason, where they cannot be had; with CI=true it runs and fails instead.
/// </summary>
public sealed class LanFactAttribute : FactAttribute
{
    public LanFactAttribute() => Skip = Requirements.Missing;
}

/// <inheritdoc cref="LanFactAttribute"/>
public sealed class LanTheoryAttribute : TheoryAttribute
{
    public LanTheoryAttribute() => Skip = Requirements.Missing;
}

/// <summary>What the machine must have for a LAN of real hosts.</summary>
public static class Requirements
{
    private static readonly string[] Programs =
    [
        "/usr/sbin/rwhod", "/usr/bin/ruptime", "/usr/bin/rwho", "/usr/bin/unshare", "/usr/bin/nsenter",
        "/usr/bin/setpriv", "/usr/bin/script", "/dev/net/tun",
    ];

    private static readonly string[] IpPlaces = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"];

    /// <summary>Why the tests are skipped; null when they run.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : FindMissing();

    private static string? FindMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "needs Linux";
        if (!Environment.IsPrivilegedProcess)
            return "needs root, for namespaces";
        if (!IpPlaces.Any(File.Exists))
            return "needs ip (iproute2)";
        string[] absent = [.. Programs.Where(program => !File.Exists(program))];
        return absent.Length == 0 ? null : $"needs {string.Join(", ", absent)} (packages rwho, rwhod, util-linux)";
    }
}
