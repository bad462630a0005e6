using Rwho.Actors;
using Rwho.Node.Configuration;
using Rwho.Node.Linux;
using Rwho.Node.Spool;
using Rwho.Protocol;

namespace Rwho.Node;

/// <summary>What the daemon will do: its configuration, and what this system adds to it.</summary>
/// <param name="IsUserProfile">
/// Whether it runs on a port and in directories of the user's own, since the who port is not permitted.
/// </param>
public sealed record DaemonPlan(NodeSettings Settings, string SpoolPath, bool IsUserProfile)
{
    /// <summary>The port of the user profile.</summary>
    public const int UserPort = 10513;

    /// <summary>The spool of the user profile.</summary>
    public static string UserSpool => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state)
            ? state
            : Path.Combine(Home, ".local", "state"),
        "rwho");

    // Also where there is no such directory, as for nobody: never a path below the working directory.
    private static string Home => Environment.GetFolderPath(
        Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home
            : "/";

    /// <param name="namesFile">Whether a configuration file was named: then the user profile is not taken.</param>
    /// <exception cref="ExitException">This host has no usable name.</exception>
    public static DaemonPlan Of(DaemonConfiguration configuration, bool namesFile)
    {
        var systemPort = SystemServices.UdpPort();
        var isUserProfile = configuration.Port is null && !namesFile && !PortIsPermitted(systemPort);
        var port = configuration.Port ?? (isUserProfile ? UserPort : systemPort);
        var spool = configuration.Spool ?? (isUserProfile ? UserSpool : SpoolDirectory.SystemPath);
        return new DaemonPlan(configuration.ToSettings(configuration.Name ?? SystemName(), port), spool, isUserProfile);
    }

    /// <exception cref="ExitException">The spool cannot be written.</exception>
    public void PrepareSpool()
    {
        try
        {
            new SpoolDirectory(SpoolPath).Prepare();
        }
        catch (UnauthorizedAccessException)
        {
            throw new ExitException(ExitStatus.NotPermitted,
                $"cannot write to the spool {SpoolPath}: not permitted; "
                + $"give it to {Environment.UserName}, or use --spool");
        }
        catch (IOException failure)
        {
            throw new ExitException(ExitStatus.InputOutput,
                $"cannot write to the spool {SpoolPath}: {failure.Message.TrimEnd('.')}; mend that, or use --spool");
        }
    }

    /// <summary>
    /// Whether this process may bind the port, by its capabilities and the system's limit; binds nothing.
    /// </summary>
    public static bool PortIsPermitted(int port)
    {
        const int Unprivileged = 1024;
        if (Privileges.IsRoot || Capabilities.Has(Capabilities.NetBindService)) return true;
        var first = SmallFile.TryRead("/proc/sys/net/ipv4/ip_unprivileged_port_start", 16, out var content)
            && int.TryParse(content, out var start) ? start : Unprivileged;
        return port >= first;
    }

    private static HostName SystemName()
    {
        var name = SystemServices.HostName();
        return HostName.TryFromSystem(name, out var host)
            ? host
            : throw new ExitException(ExitStatus.Configuration,
                $"this host's name \"{PrintableText.Of(name)}\" cannot be announced: set another with --name");
    }
}
