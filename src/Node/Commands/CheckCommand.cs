using System.CommandLine;
using System.Globalization;
using Rwho.Actors;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Node.Configuration;
using Rwho.Node.Linux;
using Rwho.Node.Recording;
using Rwho.Node.Udp;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary><c>rwhod check</c>: what the daemon would do with this configuration on this host. Binds nothing.</summary>
internal sealed class CheckCommand : Command, IHasHelpPage
{
    private readonly DaemonOptions options = new();

    public CheckCommand()
        : base("check", "Read the configuration, print what the daemon would do and every limit, and bind nothing.")
    {
        options.AddTo(this);
        SetAction(Run);
    }

    public HelpPage HelpPage => HelpPages.Check;

    private int Run(ParseResult result)
    {
        var configuration = options.Read(result);
        var user = User(configuration);
        var plan = DaemonPlan.Of(configuration, options.NamesFile(result));
        var settings = plan.Settings;
        var map = NetworkMap.Of(Interfaces.Read(), settings.Networks, settings.Port);
        Show("name", settings.Name);
        Show("port", plan.IsUserProfile
            ? $"{settings.Port} (the user profile: port {SystemServices.UdpPort()} is not permitted here)"
            : settings.Port);
        Show("user", user.Name);
        Show("spool", $"{plan.SpoolPath} ({Describe(plan.SpoolPath)})");
        if (plan.RecordPath is { } record) Show("records to", $"{record} ({RecordFile.Describe(record)})");
        Show("announces", settings.ListenOnly ? "nothing" : $"every {Duration.Show(settings.Interval)}");
        Show("takes", settings.SendOnly ? "nothing"
            : settings.AnyPort ? "announcements from any port" : $"announcements from port {settings.Port}");
        if (settings.Forward) Show("passes on", "statuses between its networks, and from neighbours to them");
        foreach (var neighbour in settings.Neighbours) Show("neighbour", neighbour);
        foreach (var network in settings.AcceptNeighbours) Show("neighbour", $"each node of {network} that names it");
        if (plan.Federation is { } federation) Show("gateway", federation);
        foreach (var seed in plan.Federation?.Seeds ?? []) Show("joins by", seed);
        Show("answers", settings.Query.IsEmpty ? "nobody" : string.Join(", ", settings.Query));
        foreach (var network in settings.Allow) Show("allows", network);
        if (!settings.ListenOnly) ShowNetworks(map);
        ShowMissing(settings.Networks);
        ShowHost();
        Show("buffer", Buffer(user.StaysRoot));
        foreach (var (name, value) in NodeLimits.Of(settings))
            Show("limit", $"{name}: {(value == 0 ? "none" : value)}");
        return ExitStatus.Ok;
    }

    private static void ShowNetworks(NetworkMap map)
    {
        foreach (var network in map.Networks)
            Show("network", $"{network.Name} {network.Address}/{network.PrefixLength}: to "
                + string.Join(", ", network.Destinations));
        if (map.Networks.IsEmpty) Show("network", "none yet; one is used as soon as it is there");
    }

    private static void ShowMissing(NetworkSelection selection)
    {
        var interfaces = Interfaces.Read();
        foreach (var name in selection.Interfaces.Where(name => !interfaces.Any(at => at.IsCalled(name))))
            Show("network", $"{name} does not exist (yet); it is used as soon as it does");
    }

    private static void ShowHost()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var reading = new LinuxHostProbe().Read(now);
        var booted = DateTimeOffset.FromUnixTimeSeconds(reading.BootTime).ToLocalTime();
        var load = reading.Load;
        Show("this host", string.Create(CultureInfo.InvariantCulture,
            $"up since {booted:yyyy-MM-dd HH:mm}, {reading.Users.Length} logged in, load "
            + $"{load.One / 100.0:0.00} {load.Five / 100.0:0.00} {load.Fifteen / 100.0:0.00}"));
    }

    private static string Buffer(bool isForced)
    {
        var granted = UdpSocket.GrantedReceiveBufferBytes(isForced);
        return granted >= ReceiveBuffer.WantedBytes
            ? $"{granted} bytes for datagrams that wait"
            : $"{granted} bytes for datagrams that wait, {ReceiveBuffer.WantedBytes} wanted: "
                + $"set net.core.rmem_max to {ReceiveBuffer.AskedBytes}";
    }

    private static (string Name, bool StaysRoot) User(DaemonConfiguration configuration)
    {
        if (!Privileges.IsRoot) return (Environment.UserName, false);
        var user = configuration.User ?? DaemonConfiguration.DefaultUser;
        if (Account.TryFind(user, out _)) return ($"{user} (after the start as root)", false);
        return configuration.User is null
            ? ($"root, since there is no user {user}: create it, or name another with --user", true)
            : throw new ExitException(ExitStatus.Configuration,
                $"there is no user {user}: create it, or name another with -u");
    }

    private static string Describe(string spool)
    {
        if (!Directory.Exists(spool)) return "to be made";
        try
        {
            return $"{Directory.EnumerateFiles(spool, SpoolFile.Prefix + "*").Count()} hosts";
        }
        catch (UnauthorizedAccessException)
        {
            return "not readable as " + Environment.UserName;
        }
    }

    private static void Show(string what, object value) =>
        Console.Out.WriteLine($"{what,-10} {PrintableText.OneLine($"{value}")}");
}
