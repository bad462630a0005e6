using System.CommandLine;
using Microsoft.Extensions.Logging;
using Rwho.Node.Client;
using Rwho.Node.Configuration;
using Rwho.Node.Linux;

namespace Rwho.Node.Commands;

/// <summary><c>rwhod</c>, and the commands below it.</summary>
internal sealed class DaemonCommand : RootCommand
{
    private const uint Umask = 0x12; // 022

    private readonly string[] args;
    private readonly DaemonOptions options = new();

    private readonly Option<bool> detach = new(Detach.Option)
    {
        Description = "in a session of its own; returns when it listens",
    };

    public DaemonCommand(string[] args)
        : base("Announces this host's status, hears the others', and keeps one file a host for ruptime and rwho.")
    {
        this.args = args;
        options.AddTo(this);
        Options.Add(detach);
        Subcommands.Add(new CheckCommand());
        Subcommands.Add(new DemoCommand());
        Subcommands.Add(new RuptimeCommand());
        Subcommands.Add(new RwhoCommand());
        HelpPage.Give(this, HelpPages.Daemon);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        // Every user's ruptime reads the spool, and nobody but the daemon writes it, whoever starts it.
        _ = Libc.SetUmask(Umask);
        var configuration = options.Read(result);
        var user = DropPrivileges(configuration);
        if (result.GetValue(detach) && !Detach.IsDetachedChild) return Detach.Parent(args);
        if (Detach.IsDetachedChild) Detach.EnterOwnSession();
        using var logs = Logs.Create(Detach.IsDetachedChild);
        if (user is not null) logs.CreateLogger("rwhod").StaysRoot(user);
        using var daemon = new Daemon(() => Plan(result, logs), logs);
        var isAway = false;
        try
        {
#pragma warning disable RS0030 // The one place where a thread waits: privileges and sessions belong to this one.
            return daemon.RunAsync(Detach.IsDetachedChild ? () => isAway = Detach.Ready() : () => { })
                .GetAwaiter().GetResult();
#pragma warning restore RS0030
        }
        catch (ExitException failure) when (isAway)
        {
            // Standard error leads nowhere by now.
            logs.CreateLogger("rwhod").Ending(failure.Message, failure.Status);
            throw;
        }
    }

    private DaemonPlan Plan(ParseResult result, ILoggerFactory logs)
    {
        var plan = DaemonPlan.Of(options.Read(result), options.NamesFile(result));
        if (plan.IsUserProfile)
            logs.CreateLogger("rwhod").UserProfile(SystemServices.UdpPort(), plan.Settings.Port, plan.SpoolPath);
        return plan;
    }

    /// <summary>
    /// As root: becomes the user and does not return. Otherwise the user there would have to be, or null.
    /// </summary>
    private static string? DropPrivileges(DaemonConfiguration configuration)
    {
        if (!Privileges.IsRoot) return null;
        var user = configuration.User ?? DaemonConfiguration.DefaultUser;
        if (!Account.TryFind(user, out var account))
        {
            if (configuration.User is null) return user;
            throw new ExitException(ExitStatus.Configuration,
                $"there is no user {user}: create it, or name another with -u");
        }

        // Root is refused before anything is given to it.
        if (account.UserId == 0) Privileges.DropTo(account);

        SpoolOwner.Prepare(configuration.Spool ?? Spool.SpoolDirectory.SystemPath, account);
        var socket = configuration.QuerySocket ?? NodeAddress.SystemSocket;
        if (socket.Length > 0) SpoolOwner.Prepare(Path.GetDirectoryName(socket)!, account);
        Privileges.DropTo(account);
        return null;
    }
}
