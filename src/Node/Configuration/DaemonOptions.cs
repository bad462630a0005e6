using System.CommandLine;
using System.CommandLine.Parsing;

namespace Rwho.Node.Configuration;

/// <summary>The daemon's settings as options of a command, made from the one list of them.</summary>
public sealed class DaemonOptions
{
    private readonly Dictionary<string, Setting> byName = new(StringComparer.Ordinal);

    private readonly Option<string> config = new("--config")
    {
        HelpName = "FILE",
        Description = $"read this JSON file first; {DaemonConfiguration.SystemFile} if there is one",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var setting in Setting.All) command.Options.Add(ToOption(setting));
        command.Options.Add(config);
    }

    /// <summary>What file and command line say together: the command line counts more.</summary>
    /// <exception cref="ExitException">A value that is not understood.</exception>
    public DaemonConfiguration Read(ParseResult result)
    {
        var configuration = new DaemonConfiguration();
        if (result.GetValue(config) is { } file) configuration = ConfigurationFile.Read(file, configuration);
        else if (File.Exists(DaemonConfiguration.SystemFile))
            configuration = ConfigurationFile.Read(DaemonConfiguration.SystemFile, configuration);
        configuration = Apply(result.Tokens, configuration);
        if (configuration is { ListenOnly: true, SendOnly: true })
            throw new ExitException(ExitStatus.Usage, "--listen-only and --send-only leave nothing to do: choose one");
        if (configuration is { SendOnly: true, Record: not null })
            throw new ExitException(ExitStatus.Usage, "--send-only leaves nothing to --record: choose one");
        return configuration;
    }

    /// <summary>Whether a configuration file was named.</summary>
    public bool NamesFile(ParseResult result) => result.GetValue(config) is not null;

    // In the order of the command line: of -a, -b and -p the last one counts, as it does for Debian's rwhod.
    private DaemonConfiguration Apply(IReadOnlyList<Token> tokens, DaemonConfiguration configuration)
    {
        var cleared = new HashSet<Setting>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Type != TokenType.Option || !byName.TryGetValue(tokens[i].Value, out var setting)) continue;
            var hasValue = i + 1 < tokens.Count && tokens[i + 1].Type == TokenType.Argument;
            if (setting.Name == "interface" && cleared.Add(setting))
                configuration = configuration with { Interfaces = [] };
            try
            {
                configuration = setting.Apply(configuration, hasValue ? tokens[i + 1].Value : "");
            }
            catch (FormatException failure)
            {
                throw new ExitException(ExitStatus.Usage, $"{tokens[i].Value} takes {failure.Message}");
            }
        }

        return configuration;
    }

    private Option ToOption(Setting setting)
    {
        var names = setting.Letter is { } letter ? new[] { "-" + letter } : [];
        Option option = setting.Kind == SettingKind.Flag
            ? new Option<bool>("--" + setting.Name, names) { Arity = ArgumentArity.Zero }
            : new Option<string[]>("--" + setting.Name, names)
            {
                HelpName = setting.ValueName,
                Arity = setting.Kind == SettingKind.OptionalValue ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
            };
        option.Description = setting.Help;
        byName["--" + setting.Name] = setting;
        foreach (var name in names) byName[name] = setting;
        return option;
    }
}
