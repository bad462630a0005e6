using System.Diagnostics;

namespace Rwho.Tests.Style;

/// <summary>The tree that these tests read.</summary>
public static class Repository
{
    private static readonly string[] CodeFolders = ["src", "tests", "bench"];
    private static readonly string[] BuildFolders = ["obj", "bin", ".git"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Read = new(() =>
        [.. CodeFolders.SelectMany(Walk).Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => new SourceFile(path, TextOf(path)))]);

    public static string Root { get; } = FindRoot();

    /// <summary>Every file of C# under src/, tests/ and bench/, but for what a build leaves.</summary>
    public static IReadOnlyList<SourceFile> Sources => Read.Value;

    /// <summary>The project files there.</summary>
    public static IEnumerable<string> Projects =>
        CodeFolders.SelectMany(Walk).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>What git knows of; without git, what lies here.</summary>
    public static IEnumerable<string> TrackedFiles =>
        (GitFiles() ?? Walk("")).Where(path => File.Exists(FullPath(path)));

    public static IEnumerable<SourceFile> SourcesUnder(string folder) =>
        Sources.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static string TextOf(string path) => File.ReadAllText(FullPath(path));

    private static string FullPath(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Rwho.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"no Rwho.sln above {AppContext.BaseDirectory}");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var entry in new DirectoryInfo(FullPath(folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (entry is FileInfo)
                yield return path;
            else if (!BuildFolders.Contains(entry.Name))
            {
                foreach (var below in Walk(path))
                    yield return below;
            }
        }
    }

    private static string[]? GitFiles()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z"])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 && files.Length > 0 ? files : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
