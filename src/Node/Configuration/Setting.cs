using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Rwho.Actors.Relays;
using Rwho.Node.Federation;
using Rwho.Protocol;

namespace Rwho.Node.Configuration;

/// <summary>What a setting's value looks like.</summary>
public enum SettingKind
{
    /// <summary>There or not; true or false in the file.</summary>
    Flag,

    /// <summary>One value.</summary>
    Value,

    /// <summary>There, or there with a value.</summary>
    OptionalValue,

    /// <summary>Any number of values; a list in the file.</summary>
    Values,
}

/// <summary>
/// One setting of the daemon: an option of the command line, and a key of the configuration file by the option's long
/// name. This is the one list of them.
/// </summary>
/// <param name="Name">The long name, without dashes.</param>
/// <param name="Letter">The one-letter option, or null.</param>
/// <param name="ValueName">How help calls the value; empty for a flag.</param>
/// <param name="Apply">
/// Sets it; the value is empty where none was given. Throws <see cref="FormatException"/> saying what it takes.
/// </param>
public sealed record Setting(
    string Name, string? Letter, SettingKind Kind, string ValueName, string Help,
    Func<DaemonConfiguration, string, DaemonConfiguration> Apply)
{
    /// <summary>Longer than the time after which a silent host is down makes every host blink.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(WhoTime.DownAfterSeconds);

    public static readonly ImmutableArray<Setting> All =
    [
        Value("name", null, "NAME", "this name instead of the system's",
            (to, text) => to with { Name = ReadName(text) }),
        Value("spool", null, "DIR", "one file a host here; /var/spool/rwho",
            (to, text) => to with { Spool = Path.GetFullPath(NotEmpty(text)) }),
        Value("port", null, "N", "from and to this UDP port; service who/udp, 513",
            (to, text) => to with { Port = Number(text, 1, ushort.MaxValue) }),
        Value("interval", null, "T", "how often; 180s, from 1s to 11m",
            (to, text) => to with { Interval = Time(text, TimeSpan.FromSeconds(1), LongestInterval) }),
        Flag("broadcast-only", "b", "broadcast interfaces only",
            (to, on) => on ? to with { Broadcast = true, PointToPoint = false } : to),
        Flag("point-to-point-only", "p", "point-to-point interfaces only",
            (to, on) => on ? to with { Broadcast = false, PointToPoint = true } : to),
        Flag("all-interfaces", "a", "both of them, the default; the last one counts",
            (to, on) => on ? to with { Broadcast = true, PointToPoint = true } : to),
        new("interface", "i", SettingKind.Values, "IF", "* this interface only; waited for if not there",
            (to, text) => to with { Interfaces = to.Interfaces.Add(NotEmpty(text)) }),
        new("multicast", "m", SettingKind.OptionalValue, "TTL",
            "also to 224.0.1.3; TTL 1, from 0 to 32",
            (to, text) => to with { MulticastTtl = text.Length == 0 ? 1 : Number(text, 0, 32) }),
        Flag("forward", "f", "pass statuses on between this host's networks, and from neighbours to them",
            (to, on) => to with { Forward = on }),
        new("neighbour", null, SettingKind.Values, "HOST[:PORT]",
            "* exchange statuses with this node, which has to name this one, or accept it",
            (to, text) => to with { Neighbours = to.Neighbours.Add(Neighbour(text)) }),
        new("accept-neighbour", null, SettingKind.Values, "CIDR",
            "* and with each node of this network that names this one",
            (to, text) => to with { AcceptNeighbours = to.AcceptNeighbours.Add(Network(text)) }),
        Value("cluster", null, "ADDR:PORT",
            "be a gateway, reached by the others here",
            (to, text) => to with { Cluster = ClusterAddress.Parse(text) }),
        new("seed", null, SettingKind.Values, "ADDR:PORT",
            "* join them by this one; the same list on each",
            (to, text) => to with { Seeds = to.Seeds.Add(ClusterAddress.Parse(text)) }),
        Value("cluster-cert", null, "FILE",
            "its certificate and key, and the authority; PEM",
            (to, text) => to with { ClusterCertificate = Path.GetFullPath(NotEmpty(text)) }),
        Flag("insecure-cluster", null, "without a certificate, not only on loopback",
            (to, on) => to with { InsecureCluster = on }),
        Value("user", "u", "USER", "as root, become this user; rwhod if there is one",
            (to, text) => to with { User = NotEmpty(text) }),
        Flag("listen-only", "l", "announce nothing", (to, on) => to with { ListenOnly = on }),
        Flag("send-only", null, "take nothing from others", (to, on) => to with { SendOnly = on }),
        Flag("any-port", null, "take announcements from any source port", (to, on) => to with { AnyPort = on }),
        new("query", null, SettingKind.Values, "ADDR:PORT",
            "* answer clients here; [::]:5513, or none",
            (to, text) => to with { Query = text == "none" ? [] : (to.Query ?? []).Add(EndPoint(text)) }),
        Value("query-socket", null, "PATH", "local ones here; /run/rwho/rwhod.sock, or none",
            (to, text) => to with { QuerySocket = text == "none" ? "" : Path.GetFullPath(NotEmpty(text)) }),
        new("allow", null, SettingKind.Values, "CIDR",
            "* clients of this network, too, not only of those directly connected",
            (to, text) => to with { Allow = to.Allow.Add(Network(text)) }),
        Value("hosts-max", null, "N", "at most so many hosts; 16384",
            (to, text) => to with { HostsMax = Number(text, 1, 1_000_000) }),
        Value("rate-max", null, "N", "at most so many datagrams a second from one address; 10000, 0 for any number",
            (to, text) => to with { RateMax = Number(text, 0, int.MaxValue / 2) }),
        Value("forget", null, "T", "drop a host that was silent so long; 30d",
            (to, text) => to with { Forget = Time(text, LongestInterval, TimeSpan.FromDays(36500)) }),
        Value("record", null, "FILE", "all that is received, unchecked, as a pcap file",
            (to, text) => to with { Record = Path.GetFullPath(NotEmpty(text)) }),
    ];

    private static Setting Value(
        string name, string? letter, string valueName, string help,
        Func<DaemonConfiguration, string, DaemonConfiguration> apply) =>
        new(name, letter, SettingKind.Value, valueName, help, apply);

    private static Setting Flag(
        string name, string? letter, string help, Func<DaemonConfiguration, bool, DaemonConfiguration> apply) =>
        new(name, letter, SettingKind.Flag, "", help, (to, text) => apply(to, text != "false"));

    private static HostName ReadName(string text) => HostName.TryParse(text, out var name)
        ? name
        : throw new FormatException("1 to 31 printable characters without space and /");

    private static string NotEmpty(string text) =>
        text.Length > 0 ? text : throw new FormatException("a value that is not empty");

    private static IPEndPoint EndPoint(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endpoint)
            ? endpoint
            : throw new FormatException("an address and a port, such as [::]:5513, or none");

    private static NeighbourAddress Neighbour(string text)
    {
        const string Form = "a name or address, and a port if it is not this node's, such as gw2 or [2001:db8::2]:513";
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address)) return new NeighbourAddress($"{address}", 0);
        if (text.StartsWith('[') && IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0)
            return new NeighbourAddress($"{endPoint.Address}", endPoint.Port);
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = colon < 0 ? 0 : Number(text[(colon + 1)..], 1, ushort.MaxValue);
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4
            ? new NeighbourAddress(host, port)
            : throw new FormatException(Form);
    }

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new FormatException("a network, such as 192.0.2.0/24 or 2001:db8::/32");

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new FormatException($"a number from {least} to {most}");

    private static TimeSpan Time(string text, TimeSpan least, TimeSpan most) =>
        Duration.TryParse(text, out var time) && time >= least && time <= most
            ? time
            : throw new FormatException($"{Duration.Form}, from {Duration.Show(least)} to {Duration.Show(most)}");
}
