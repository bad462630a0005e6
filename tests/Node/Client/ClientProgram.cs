using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Rwho.Tests.Node.Client;

/// <summary>ruptime and rwho as processes.</summary>
internal static class ClientProgram
{
    /// <summary>The executable that was built for these tests.</summary>
    public static string Executable { get; } = Built();

    public static ProcessStartInfo Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=HUP,INT,QUIT", Executable, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TZ"] = "UTC";
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("NO_COLOR");
        return start;
    }

    public static Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(Start(arguments));

    public static async Task<(int Status, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static string Built([CallerFilePath] string thisFile = "")
    {
        var output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] last = [.. output.Split('/')[^4..]];
        var root = Path.GetFullPath(Path.Combine(thisFile, "../../../.."));
        return $"{root}/src/Node/{string.Join('/', last)}/rwhod";
    }
}
