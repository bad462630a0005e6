using System.CommandLine;
using Rwho.Node.Client;
using Rwho.Node.Configuration;
using Rwho.Node.Spool;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary>Where ruptime and rwho find the hosts: a node that answers, or a spool.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> node = new("--node")
    {
        HelpName = "HOST[:PORT]",
        Description = "ask this node; the daemon here, if there is one",
    };

    private readonly Option<string?> spool = new("--spool")
    {
        HelpName = "DIR",
        Description = $"read this spool; {SpoolDirectory.SystemPath}, or one's own",
    };

    private readonly Option<string?> timeout = new("--timeout")
    {
        HelpName = "T",
        Description = $"wait so long for a node; {Duration.Show(NodeClient.UsualTimeout)}",
    };

    public SourceOptions()
    {
        node.Validators.Add(found =>
        {
            if (found.GetValueOrDefault<string?>() is { } text && !NodeAddress.TryParse(text, out _))
                found.AddError($"--node: '{text}' is not {NodeAddress.Form}");
        });
        timeout.Validators.Add(found =>
        {
            if (found.GetValueOrDefault<string?>() is { } text && !(TryTime(text, out _)))
                found.AddError($"--timeout: '{text}' is not {Duration.Form}, from 1ms to 1d");
        });
    }

    public void AddTo(Command command)
    {
        command.Options.Add(node);
        command.Options.Add(spool);
        command.Options.Add(timeout);
        command.Validators.Add(found =>
        {
            if (found.GetValue(node) is not null && found.GetValue(spool) is not null)
                found.AddError("--node and --spool: only one of them");
        });
    }

    public bool NamesSpool(ParseResult result) => result.GetValue(spool) is not null;

    /// <summary>The node to ask: the one named, or the daemon here; null when the spool is to be read.</summary>
    public async Task<NodeClient?> FindNodeAsync(ParseResult result, CancellationToken cancelled)
    {
        if (result.GetValue(spool) is not null) return null;
        var wait = TryTime(result.GetValue(timeout), out var asked) ? asked : NodeClient.UsualTimeout;
        if (result.GetValue(node) is { } named && NodeAddress.TryParse(named, out var address))
            return new NodeClient(address, wait);
        foreach (var path in (string?[])[NodeAddress.SystemSocket, NodeAddress.UserSocket])
        {
            if (path is null || !File.Exists(path)) continue;
            var client = new NodeClient(NodeAddress.AtPath(path), wait);
            if (await client.TryConnectAsync(cancelled).ConfigureAwait(false)) return client;
        }

        return null;
    }

    /// <summary>The hosts of the spool asked for, and where it is.</summary>
    public (List<HostStatus> Hosts, string Directory) Read(ParseResult result, long now)
    {
        if (result.GetValue(spool) is { } named) return (ReadAll(named, now), named);
        var hosts = ReadAll(SpoolDirectory.SystemPath, now);
        if (hosts.Count > 0 || ReadAll(DaemonPlan.UserSpool, now) is not { Count: > 0 } own)
            return (hosts, SpoolDirectory.SystemPath);
        return (own, DaemonPlan.UserSpool);
    }

    private static bool TryTime(string? text, out TimeSpan time)
    {
        time = default;
        return text is not null && Duration.TryParse(text, out time)
            && time > TimeSpan.Zero && time <= TimeSpan.FromDays(1);
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
