using System.Text.RegularExpressions;

namespace Rwho.Tests.Style;

/// <summary>Where things are, and that they can be found by their names.</summary>
public static partial class Layout
{
    private static readonly string[] Drawers = ["Helpers", "Utils", "Internal", "Common", "Misc"];

    /// <summary>Projects that the solution does not know.</summary>
    public static IEnumerable<Finding> Unlisted(string solution, IEnumerable<string> projects)
    {
        var listed = SolutionProject().Matches(solution)
            .Select(project => project.Groups[1].Value.Replace('\\', '/')).ToHashSet();
        return from project in projects
               where !listed.Contains(project)
               select new Finding(project, 0, "is not in Rwho.sln");
    }

    /// <summary>Folders that are called after nothing an operator knows.</summary>
    public static IEnumerable<Finding> OfFolders(string path) =>
        from folder in path.Split('/')[..^1]
        where Drawers.Contains(folder, StringComparer.OrdinalIgnoreCase)
        select new Finding(path, 0, $"a folder called {folder}: call it by what is in it");

    [GeneratedRegex(@"""([^""]+\.csproj)""")]
    private static partial Regex SolutionProject();
}
