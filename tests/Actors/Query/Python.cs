using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Rwho.Tests.Actors.Query;

/// <summary>Python's own reader of JSON, which is not ours.</summary>
internal static class Python
{
    private static readonly Lazy<string?> WhyNot = new(() => Run("{}").Errors);

    /// <summary>Why it cannot be run here; null if it can, or has to (continuous integration).</summary>
    public static string? Absence =>
        Environment.GetEnvironmentVariable("CI") == "true" || WhyNot.Value is not { Length: > 0 } why ? null : why;

    /// <summary>The document as <c>python3 -m json.tool</c> prints it.</summary>
    public static string Reads(string document)
    {
        var (output, errors) = Run(document);
        Assert.True(errors.Length == 0, errors);
        return output;
    }

    private static (string Output, string Errors) Run(string document)
    {
        var start = new ProcessStartInfo("python3", ["-m", "json.tool"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var python = Process.Start(start)!;
            var errors = new StringBuilder();
            python.ErrorDataReceived += (_, line) => errors.Append(line.Data);
            python.BeginErrorReadLine();
            python.StandardInput.Write(document);
            python.StandardInput.Close();
            var output = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            return (output, errors.ToString());
        }
        catch (Win32Exception missing)
        {
            return ("", $"no python3: {missing.Message}");
        }
    }
}

/// <summary>A test that needs python3: skipped, with the reason, where there is none.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = Python.Absence;
}
