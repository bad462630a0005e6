using System.CommandLine;
using Rwho.Node.Spool;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary>Where ruptime and rwho find the hosts.</summary>
internal sealed class SpoolOptions
{
    private readonly Option<string?> spool = new("--spool")
    {
        HelpName = "DIR",
        Description = $"read this spool ({SpoolDirectory.SystemPath}, or the user's own where that has no hosts)",
    };

    public void AddTo(Command command) => command.Options.Add(spool);

    /// <summary>The hosts of the spool asked for, and where it is.</summary>
    public (List<HostStatus> Hosts, string Directory) Read(ParseResult result, long now)
    {
        if (result.GetValue(spool) is { } named) return (ReadAll(named, now), named);
        var hosts = ReadAll(SpoolDirectory.SystemPath, now);
        if (hosts.Count > 0 || ReadAll(DaemonPlan.UserSpool, now) is not { Count: > 0 } own)
            return (hosts, SpoolDirectory.SystemPath);
        return (own, DaemonPlan.UserSpool);
    }

    private static List<HostStatus> ReadAll(string directory, long now)
    {
        var hosts = new List<HostStatus>();
        try
        {
            foreach (var (_, content) in new SpoolDirectory(directory).ReadAll())
                if (SpoolFile.TryRead(content, now, out var host)) hosts.Add(host);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ExitException(ExitStatus.NotPermitted,
                $"not permitted to read {directory}: become another user, or name another spool with --spool");
        }
        catch (IOException failure)
        {
            throw new ExitException(ExitStatus.InputOutput, $"cannot read {directory}: {failure.Message}");
        }

        return hosts;
    }
}
