using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rwho.Node;
using Rwho.Node.Configuration;
using Rwho.Node.Federation;
using Rwho.Protocol;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>
/// The configuration file: what it says is within the bounds that the README tells, or an error with its place.
/// </summary>
internal sealed partial class ConfigurationTarget() : Target("configuration", 2048)
{
    private static readonly byte[][] Language = WordList.Of([
        .. Setting.All.Select(setting => $"\"{setting.Name}\":"),
        .. Setting.All.Select(setting => $",\"{setting.Name}\":\""),
        "\"90s\"", "\"11m\"", "\"30d\"", "\"500ms\"", "\"10.0.0.0/24\"", "\"2001:db8::/32\"", "\"[::]:5513\"",
        "\"none\"",
        "\"gw2:513\"", "[2001:db8::2]:513", "true", "false", "null", "513", "65536", "4294967295", "-1", "1.5", "1e3",
        "0x10", "99999999999999999999", "[", "]", "{", "}", ",", ":", "\"", "'", "//", "/*", "*/", "\n", "\\u0000",
        "\\u001b", "\\ud800", "\\", "\xC3\xA9", "\xEF\xBB\xBF", "NaN", "undefined", "new Date(1)", "/Date(1)/", ".",
        "%"]);

    public override IReadOnlyList<byte[]> Words => Language;

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        try
        {
            var configuration = ConfigurationFile.Parse(text, "rwhod.json", new DaemonConfiguration());
            CheckBounds(configuration);
            return new Outcome(Depth.Taken, 16 + KindOf(configuration));
        }
        catch (ExitException failure)
        {
            CheckError(failure, text);
            return new Outcome(Depth.Refused, 0);
        }
    }

    private static void CheckBounds(DaemonConfiguration configuration)
    {
        Unless(configuration.Name is not { } name || HostName.TryParse(name.ToString(), out _),
            "a name can be announced");
        Unless(configuration.Port is null or (>= 1 and <= 65535), "a port is one");
        Unless(configuration.Interval >= TimeSpan.FromSeconds(1) && configuration.Interval <= TimeSpan.FromMinutes(11),
            "an interval is 1s to 11m");
        Unless(configuration.MulticastTtl is null or (>= 0 and <= 32), "a TTL is 0 to 32");
        Unless(configuration.HostsMax is >= 1 and <= 1_000_000 && configuration.RateMax >= 0, "limits are positive");
        Unless(configuration.Forget >= TimeSpan.FromMinutes(11), "what is up is not forgotten");
        Unless(IsPath(configuration.Spool) && IsPath(configuration.Record) && IsPath(configuration.ClusterCertificate),
            "files have whole paths");
        Unless(configuration.Interfaces.All(at => at.Length > 0 && !at.Contains('\0')), "an interface has a name");
        Unless(configuration.Neighbours.All(at => at.Port is >= 0 and <= 65535 && at.Host.Length > 0),
            "a neighbour has a place");
        Unless(configuration.Seeds.All(at => at.Port is > 0 and <= 65535), "so has a gateway");
        _ = configuration.ToSettings(configuration.Name ?? default, configuration.Port ?? 513, []);
        try
        {
            _ = FederationPlan.Of(configuration);
        }
        catch (ExitException failure)
        {
            Unless(failure.Status is ExitStatus.Configuration or ExitStatus.Usage, "what does not go together is told");
        }
    }

    private static bool IsPath(string? path) => path is null
        || (Path.IsPathFullyQualified(path) && !path.Contains('\0'));

    private static void CheckError(ExitException failure, string text)
    {
        Unless(failure.Status == ExitStatus.Configuration, "an error of the file ends with 78");
        var place = Place().Match(failure.Message);
        Unless(place.Success, "an error has its line and column");
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Count(at => at is '\n' or '\r') + 1;
        Unless(int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture) <= lines, "a line is one of the file");
    }

    private static int KindOf(DaemonConfiguration configuration) => Bits(
        configuration.Name is null, configuration.Spool is null, configuration.Port is null, configuration.Broadcast,
        configuration.PointToPoint, configuration.Interfaces.IsEmpty, configuration.MulticastTtl is null,
        configuration.User is null, configuration.Query is null, configuration.Allow.IsEmpty,
        configuration.Neighbours.IsEmpty, configuration.Seeds.IsEmpty);

    private static int Bits(params ReadOnlySpan<bool> values)
    {
        var bits = 0;
        foreach (var value in values) bits = bits << 1 | (value ? 1 : 0);
        return bits;
    }

    [GeneratedRegex(@"\Arwhod\.json:([1-9][0-9]*):([1-9][0-9]*): ")]
    private static partial Regex Place();
}
