using System.Diagnostics;
using System.Globalization;

namespace Rwho.Tests.Lan;

/// <summary>deploy/lan/lan, as somebody calls it who tries a LAN; on a site that is gone at the end, whatever
/// happens.</summary>
public sealed class LanScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static int s_sites;

    public string Site { get; } = string.Create(
        CultureInfo.InvariantCulture, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref s_sites)}");

    /// <summary>The script, beside which the one that makes a host lies.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "lan");

    /// <summary>What the script keeps of this site.</summary>
    public string State => $"/run/rwho-lan/{Site}";

    /// <summary>Builds the LAN with our program, its hosts announcing every second.</summary>
    public Task<Outcome> Up(params string[] options) =>
        Run(["up", "--rwhod", NodeProgram.Path, "--interval", "1s", .. options]);

    public Task<Outcome> Run(params string[] arguments) => Call("bash", [Path, "--site", Site, .. arguments]);

    /// <summary>Begins to build the LAN, and is killed when some hosts are there; no trap of it is run.</summary>
    public async Task UpKilledHalfWay()
    {
        using Process process = Start("bash", [Path, "--site", Site, "up", "9", "--rwhod", NodeProgram.Path]);
        await Eventually.True(() => File.Exists($"{State}/pid/gamma"), "gamma begun, the ones before made");
        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Types lines into a shell on a host, on a terminal.</summary>
    public Task<Outcome> Type(string host, string lines) =>
        Call("script", ["-qec", $"bash '{Path}' --site {Site} shell {host}", "/dev/null"], lines);

    /// <summary>The process namespaces of hosts, or of the switch.</summary>
    public string[] ProcessNamespaces(params string[] hosts) =>
    [
        .. hosts.Select(host => File.ReadAllText($"{State}/pid/{host}"))
            .Select(pid => Processes.NamespaceOf(int.Parse(pid, CultureInfo.InvariantCulture), "pid_for_children")),
    ];

    public static async Task<Outcome> Call(string program, string[] arguments, string typed = "")
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.WriteAsync(typed);
        await process.StandardInput.FlushAsync();
        if (typed.Length == 0) process.StandardInput.Close();
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(), reading, errors).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Outcome(process.ExitCode, output.ToArray(), await errors);
    }

    public async ValueTask DisposeAsync() => await Run("down");

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = HostProcess.DotnetRoot();
        start.Environment["TERM"] = "dumb";
        start.Environment.Remove("SUDO_USER");
        return Process.Start(start) ?? throw new InvalidOperationException($"cannot start {program}");
    }
}
