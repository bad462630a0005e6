using System.CommandLine;
using Newtonsoft.Json.Linq;
using Rwho.Node.Configuration;

namespace Rwho.Tests.Node.Configuration;

/// <summary>Reads settings as the daemon does.</summary>
internal static class Options
{
    /// <summary>A value for every setting that takes one, none of them the default.</summary>
    public static readonly Dictionary<string, string> Samples = new()
    {
        ["name"] = "beta",
        ["spool"] = "/srv/rwho",
        ["port"] = "5130",
        ["interval"] = "60s",
        ["interface"] = "eth7",
        ["multicast"] = "4",
        ["user"] = "operator",
        ["query"] = "127.0.0.1:5514",
        ["query-socket"] = "/run/other/rwhod.sock",
        ["allow"] = "192.0.2.0/24",
        ["neighbour"] = "gw2:1513",
        ["accept-neighbour"] = "192.0.2.0/24",
        ["cluster"] = "10.1.0.1:5514",
        ["seed"] = "gw2.example.org:5514",
        ["cluster-cert"] = "/srv/gw1.pem",
        ["hosts-max"] = "100",
        ["rate-max"] = "7",
        ["forget"] = "2d",
        ["record"] = "/srv/rwho.pcap",
    };

    public static DaemonConfiguration Read(params string[] args)
    {
        var options = new DaemonOptions();
        var command = new RootCommand("test");
        options.AddTo(command);
        var result = command.Parse(args);
        Assert.Empty(result.Errors);
        return options.Read(result);
    }

    public static DaemonConfiguration ReadJson(string text) =>
        ConfigurationFile.Parse(text, "FILE", new DaemonConfiguration());

    /// <summary>An object with one key, its value as the setting takes it.</summary>
    public static string Json(Setting setting)
    {
        var value = setting.Kind switch
        {
            SettingKind.Flag => new JValue(true),
            SettingKind.Values => new JArray(Samples[setting.Name]),
            _ => (JToken)new JValue(Samples[setting.Name]),
        };
        return new JObject { [setting.Name] = value }.ToString();
    }

    /// <summary>Records compare lists by identity: this compares what is in them.</summary>
    public static string Show(DaemonConfiguration configuration) =>
        $"{configuration with
        {
            Interfaces = default,
            Query = default,
            Allow = default,
            Neighbours = default,
            AcceptNeighbours = default,
            Seeds = default,
        }}"
        + $" [{string.Join(' ', configuration.Interfaces)}] [{string.Join(' ', configuration.Query ?? [])}]"
        + $" [{string.Join(' ', configuration.Allow)}]"
        + $" [{string.Join(' ', configuration.Neighbours)}] [{string.Join(' ', configuration.AcceptNeighbours)}]"
        + $" [{string.Join(' ', configuration.Seeds)}]";
}
