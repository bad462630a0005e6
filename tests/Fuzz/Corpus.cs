namespace Rwho.Tests.Fuzz;

/// <summary>
/// Inputs to begin with: files in a folder a target. <c>found-*</c> are what once broke a rule; tests replay them all.
/// </summary>
internal static class Corpus
{
    public static readonly string Home = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>The target's own inputs and those of its files, always in the same order; never none.</summary>
    /// <param name="directory">Another folder with a folder a target; null for none.</param>
    public static List<byte[]> Of(Target target, string? directory = null)
    {
        var files = Files(Home, target).Concat(directory is null ? [] : Files(directory, target));
        List<byte[]> all = [.. target.Seeds, .. files.Select(File.ReadAllBytes)];
        return all.Count > 0 ? all : [[]];
    }

    public static IEnumerable<string> Files(string directory, Target target)
    {
        var folder = Path.Combine(directory, target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Keeps what a run found for the next one, each in a file called after its content.</summary>
    public static void Save(string directory, Target target, IEnumerable<byte[]> inputs)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, target.Name)).FullName;
        foreach (var input in inputs) File.WriteAllBytes(Path.Combine(folder, NameOf(input)), input);
    }

    public static string NameOf(ReadOnlySpan<byte> input) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input).AsSpan(0, 8));
}
