using System.Diagnostics;

namespace Rwho.Tests.Simulation;

/// <summary>
/// A row lives for an announcement interval. On a large site all that is made meanwhile has to find room among the
/// youngest objects, or every row is copied twice before it goes; on a small one that would only keep the caches cold.
/// The runtime learns how much room they get from its environment alone, before it starts.
/// </summary>
internal static class YoungGeneration
{
    private const int HostsOfALargeSite = 400;
    private const string Variable = "DOTNET_GCgen0size";
    private const string Room = "0x60000000"; // 1.5 GiB

    /// <summary>For a large site: runs the program once more, with room.</summary>
    /// <returns>The exit status of that; null when it is not needed.</returns>
    public static int? RunWithRoom(int hosts, string[] arguments)
    {
        if (hosts < HostsOfALargeSite || Environment.GetEnvironmentVariable(Variable) is not null) return null;
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        IEnumerable<string> words = isHost ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments;
        var start = new ProcessStartInfo(program, words);
        start.Environment[Variable] = Room;
        using var again = Process.Start(start)!;
        again.WaitForExit();
        return again.ExitCode;
    }
}
