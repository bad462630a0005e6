using System.Runtime.CompilerServices;

namespace Rwho.Tests.Actors.Query;

/// <summary>
/// Answers as they were when they were agreed on: programs of others read them. With <c>RWHO_UPDATE_GOLDEN=1</c> the
/// files are written instead of compared; read the difference before it is committed.
/// </summary>
internal static class Golden
{
    private const string Folder = "golden";

    /// <summary>Every file, as copied beside the tests.</summary>
    public static IEnumerable<string> Documents =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Query", Folder), "*.json");

    public static void Matches(string file, string text, [CallerFilePath] string caller = "")
    {
        if (Environment.GetEnvironmentVariable("RWHO_UPDATE_GOLDEN") == "1")
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(caller)!, Folder, file), text);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Query", Folder, file)), text);
    }
}
