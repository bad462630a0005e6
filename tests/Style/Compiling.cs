using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rwho.Tests.Style;

/// <summary>Files of one project with what they mean, well enough to ask what a name stands for.</summary>
public static class Compiling
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>What this test program was started with: the framework, packages, the projects under test.</summary>
    private static readonly Lazy<IReadOnlyList<(string Name, MetadataReference Reference)>> Trusted = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => (Path.GetFileNameWithoutExtension(path),
                (MetadataReference)MetadataReference.CreateFromFile(path)))]);

    /// <summary>Every project under src/, tests/ and bench/.</summary>
    public static IEnumerable<CSharpCompilation> Projects()
    {
        foreach (var project in Repository.Projects)
        {
            var folder = Path.GetDirectoryName(project)!;
            var text = Repository.TextOf(project);
            var built = new ProjectFile(text);
            yield return Of(
                AssemblyName(project, text),
                built.Usings.Concat(folder.StartsWith("tests/", StringComparison.Ordinal) ? ["Xunit"] : []),
                Repository.SourcesUnder(folder).Where(file => built.Compiles(file.Path[(folder.Length + 1)..])));
        }
    }

    /// <summary>A sample that is no part of the tree.</summary>
    public static CSharpCompilation Sample(params IEnumerable<SourceFile> files) => Of("Sample", [], files);

    /// <summary>The same sample, compiled.</summary>
    public static CompiledAssembly Emit(params IEnumerable<SourceFile> files)
    {
        using var image = new MemoryStream();
        var result = Sample(files).Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        return CompiledAssembly.Read(image);
    }

    private static CSharpCompilation Of(string name, IEnumerable<string> usings, IEnumerable<SourceFile> files)
    {
        var global = ImplicitUsings + string.Concat(usings.Select(space => $"\nglobal using {space};"));
        return CSharpCompilation.Create(
            name,
            [.. files.Select(file => file.Tree), new SourceFile("usings", global).Tree],
            Trusted.Value.Where(trusted => trusted.Name != name).Select(trusted => trusted.Reference),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    private static string AssemblyName(string project, string text) =>
        XDocument.Parse(text).Descendants("AssemblyName").FirstOrDefault()?.Value
        ?? $"Rwho.Tests.{Path.GetFileNameWithoutExtension(project)}";
}
