using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rwho.Tests.Style;

/// <summary>What systemd-analyze(1) says of a unit's text; it need not run under systemd, nor be installed.</summary>
public static partial class ServiceUnit
{
    public static bool CanBeAnalysed { get; } =
        Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(
            place => File.Exists(Path.Combine(place, "systemd-analyze"))) == true;

    /// <summary>Lines about directives that are unknown, wrong or deprecated.</summary>
    public static async Task<IReadOnlyList<string>> Complaints(string unit)
    {
        // Its program need not be installed here.
        var text = ExecStart().Replace(unit, "ExecStart=/bin/true");
        var said = await Analyse(text, "verify", "--man=no");
        return [.. said.Split('\n').Where(line => line.Contains("rwhod.service"))];
    }

    /// <summary>From 0, nothing left open, to 10.</summary>
    public static async Task<decimal> Exposure(string unit) => decimal.Parse(
        Overall().Match(await Analyse(unit, "security", "--offline=true", "--no-pager")).Groups[1].Value,
        CultureInfo.InvariantCulture);

    /// <summary>The directives that leave something open, such as <c>ProcSubset</c>.</summary>
    public static async Task<IReadOnlyList<string>> LeftOpen(string unit)
    {
        using var report = JsonDocument.Parse(await Analyse(unit, "security", "--offline=true", "--json=short"));
        return
        [
            .. from row in report.RootElement.EnumerateArray()
               where row.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.False
               select row.GetProperty("name").GetString()!.Split('=')[0],
        ];
    }

    private static async Task<string> Analyse(string unit, params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("rwhod-unit");
        try
        {
            var file = Path.Combine(directory.FullName, "rwhod.service");
            File.WriteAllText(file, unit);
            var start = new ProcessStartInfo("systemd-analyze", [.. arguments, file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            return arguments[0] == "verify" ? output + await errors : output;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [GeneratedRegex("^ExecStart=.*$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();

    [GeneratedRegex(@"rwhod\.service: ([0-9]+\.[0-9]+)")]
    private static partial Regex Overall();
}
