using System.Runtime.CompilerServices;

namespace Rwho.Tests.Lan;

/// <summary>Where our rwhod is: RWHOD_BIN, or what was built beside these tests.</summary>
public static class NodeProgram
{
    /// <summary>The executable; it is rwhod, and ruptime and rwho too.</summary>
    public static string Path { get; } =
        System.IO.Path.GetFullPath(Environment.GetEnvironmentVariable("RWHOD_BIN") ?? Built());

    /// <summary>A link on a host by which the program is ruptime or rwho; its path there.</summary>
    public static string LinkTo(string client, LanHost host)
    {
        Directory.CreateDirectory(host.PathOf("/run/bin"));
        string link = host.PathOf($"/run/bin/{client}");
        if (!File.Exists(link)) File.CreateSymbolicLink(link, Path);
        return $"/run/bin/{client}";
    }

    /// <summary>tests/Lan/bin/ENGINE/CONFIGURATION/FRAMEWORK of these tests names the same under src/Node.</summary>
    private static string Built([CallerFilePath] string thisFile = "")
    {
        string output = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] last = [.. output.Split('/')[^4..]];
        string root = System.IO.Path.GetFullPath(System.IO.Path.Combine(output, "../../../../../.."));
        if (!Directory.Exists($"{root}/src/Node"))
            root = System.IO.Path.GetFullPath(System.IO.Path.Combine(thisFile, "../../../.."));
        return $"{root}/src/Node/{string.Join('/', last)}/rwhod";
    }
}

/// <summary>A fact about our program among real hosts.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = NodeRequirements.Missing;
}

/// <inheritdoc cref="NodeFactAttribute"/>
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = NodeRequirements.Missing;
}

internal static class NodeRequirements
{
    public static string? Missing =>
        Requirements.Missing ?? (MustRun || File.Exists(NodeProgram.Path) ? null : $"needs {NodeProgram.Path}");

    private static bool MustRun => Environment.GetEnvironmentVariable("CI") == "true";
}
