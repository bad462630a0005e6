using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors;
using Rwho.Actors.Query;
using Rwho.Node.Client;
using Rwho.Node.Configuration;
using Rwho.Node.Federation;
using Rwho.Node.Linux;
using Rwho.Node.Spool;
using Rwho.Protocol;

namespace Rwho.Node;

/// <summary>What the daemon will do: its configuration, and what this system adds to it.</summary>
/// <param name="IsUserProfile">
/// Whether it runs on a port and in directories of the user's own, since the who port is not permitted.
/// </param>
/// <param name="RecordPath">The file that everything received is recorded to; null for none.</param>
/// <param name="Federation">Null for a node that is no gateway.</param>
public sealed record DaemonPlan(
    NodeSettings Settings, string SpoolPath, bool IsUserProfile, string? RecordPath, FederationPlan? Federation)
{
    /// <summary>The port of the user profile.</summary>
    public const int UserPort = 10513;

    /// <summary>Where clients ask by TCP.</summary>
    public const int QueryPort = NodeAddress.DefaultPort;

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
        var query = QueryEndpoints(configuration, isUserProfile);
        var settings = configuration.ToSettings(configuration.Name ?? SystemName(), port, query);
        return new DaemonPlan(
            settings, spool, isUserProfile, configuration.Record, FederationPlan.Of(configuration));
    }

    private static ImmutableArray<QueryEndpoint> QueryEndpoints(DaemonConfiguration configuration, bool isUserProfile)
    {
        var every = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var tcp = configuration.Query ?? [new IPEndPoint(every, isUserProfile ? 0 : QueryPort)];
        var socket = configuration.QuerySocket ?? UsualSocket(isUserProfile);
        var local = string.IsNullOrEmpty(socket) ? ImmutableArray<QueryEndpoint>.Empty : [QueryEndpoint.At(socket)];
        return [.. tcp.Select(QueryEndpoint.At), .. local];
    }

    // Where only the system's daemon may write, one that somebody else started has the user's place, or none.
    private static string? UsualSocket(bool isUserProfile) =>
        !isUserProfile && IsWritable(Path.GetDirectoryName(NodeAddress.SystemSocket)!)
            ? NodeAddress.SystemSocket
            : NodeAddress.UserSocket is { } own && IsWritable(Path.GetDirectoryName(Path.GetDirectoryName(own))!)
                ? own
                : null;

    private static bool IsWritable(string directory) =>
        Privileges.IsRoot || (Directory.Exists(directory) && Libc.Access(directory, Libc.W_OK) == 0);

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
