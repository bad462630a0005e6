using System.Globalization;
using Newtonsoft.Json;

namespace Rwho.Node.Configuration;

/// <summary>The configuration file: a JSON object of settings, comments allowed.</summary>
public static class ConfigurationFile
{
    /// <summary>Reads a file on top of what is there already.</summary>
    /// <exception cref="ExitException">Not readable, or not understood: with file, line and column.</exception>
    public static DaemonConfiguration Read(string path, DaemonConfiguration configuration)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : failure is UnauthorizedAccessException ? $"it is no file, or {Environment.UserName} may not read it"
                : failure.Message;
            throw new ExitException(ExitStatus.Configuration, $"cannot read the configuration \"{path}\": {reason}");
        }

        return Parse(text, path, configuration);
    }

    /// <exception cref="ExitException">Not understood: with file, line and column.</exception>
    public static DaemonConfiguration Parse(string text, string path, DaemonConfiguration configuration)
    {
        // The reader of JSON counts a CR LF at the very end as two lines.
        using var lines = new StringReader(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        using var reader = new JsonTextReader(lines) { DateParseHandling = DateParseHandling.None };
        try
        {
            Next(reader);
            if (reader.TokenType != JsonToken.StartObject) throw Wrong(reader, "the file is not a JSON object");
            var known = new HashSet<string>(StringComparer.Ordinal);
            while (Next(reader) == JsonToken.PropertyName)
            {
                var key = (string)reader.Value!;
                var setting = Setting.All.FirstOrDefault(setting => setting.Name == key)
                    ?? throw Wrong(reader, $"unknown key \"{key}\"{Suggestion(key)}");
                if (!known.Add(key)) throw Wrong(reader, $"\"{key}\" is there twice");
                configuration = ReadValue(reader, setting, configuration);
            }

            while (reader.Read())
                if (reader.TokenType != JsonToken.Comment) throw Wrong(reader, "more after the end of the object");
            return configuration;
        }
        catch (JsonReaderException failure)
        {
            var what = failure.Message.Split(" Path ")[0].TrimEnd('.', ' ');
            throw At(path, failure.LineNumber, failure.LinePosition, what);
        }

        ExitException Wrong(JsonTextReader at, string what) =>
            At(path, at.LineNumber, at.LinePosition, what);

        DaemonConfiguration ReadValue(JsonTextReader at, Setting setting, DaemonConfiguration to)
        {
            Next(at);
            if (setting.Kind != SettingKind.Values || at.TokenType != JsonToken.StartArray)
                return Apply(at, setting, to);
            while (Next(at) != JsonToken.EndArray) to = Apply(at, setting, to);
            return to;
        }

        DaemonConfiguration Apply(JsonTextReader at, Setting setting, DaemonConfiguration to)
        {
            var isFlag = setting.Kind is SettingKind.Flag or SettingKind.OptionalValue;
            var value = at.TokenType switch
            {
                JsonToken.Boolean when isFlag => (bool)at.Value! ? "" : "false",
                JsonToken.String or JsonToken.Integer when setting.Kind != SettingKind.Flag =>
                    Convert.ToString(at.Value, CultureInfo.InvariantCulture)!,
                _ => throw Wrong(at, $"\"{setting.Name}\" takes {(setting.Kind == SettingKind.Flag
                    ? "true or false" : "a string or a number")}"),
            };
            if (value.Contains('\0')) throw Wrong(at, $"\"{setting.Name}\" takes no NUL");
            if (setting.Kind == SettingKind.OptionalValue && value == "false") return to;
            try
            {
                return setting.Apply(to, value);
            }
            catch (FormatException failure)
            {
                throw Wrong(at, $"\"{setting.Name}\" takes {failure.Message}");
            }
        }
    }

    private static JsonToken Next(JsonTextReader reader)
    {
        do
        {
            if (!reader.Read())
            {
                throw new JsonReaderException(
                    "The file ends too early", "", reader.LineNumber, reader.LinePosition, null);
            }
        }
        while (reader.TokenType == JsonToken.Comment);
        return reader.TokenType;
    }

    private static string Suggestion(string key)
    {
        if (key.Length == 0) return "";
        var near = Setting.All.Where(setting => setting.Name.StartsWith(key[..Math.Min(3, key.Length)],
            StringComparison.OrdinalIgnoreCase)).Select(setting => $"\"{setting.Name}\"").ToList();
        return near.Count == 0 ? "" : $"; is it {string.Join(" or ", near)}?";
    }

    // The reader counts from 0 where it has read nothing yet.
    private static ExitException At(string path, int line, int column, string what) =>
        new(ExitStatus.Configuration, $"{path}:{Math.Max(1, line)}:{Math.Max(1, column)}: {what}");
}
