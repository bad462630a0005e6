using System.Xml.Linq;

namespace Rwho.Tests.Style;

/// <summary>References run one way: Node, Actors, Protocol; the engine beside them knows none of the three.</summary>
public static class References
{
    private static readonly string[] FileTypes =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.FileStream", "System.IO.FileSystemInfo", "System.IO.FileSystemWatcher", "System.IO.DriveInfo",
        "System.IO.RandomAccess", "System.IO.Pipes.NamedPipeServerStream",
        "System.IO.Pipes.NamedPipeClientStream", "System.IO.MemoryMappedFiles.MemoryMappedFile",
        "Microsoft.Win32.SafeHandles.SafeFileHandle",
    ];

    private static readonly string[] ClockTypes =
    [
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Threading.Timer",
        "System.Threading.PeriodicTimer", "System.Timers.Timer",
    ];

    private static readonly string[] ClockMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Environment.get_TickCount", "System.Environment.get_TickCount64",
    ];

    /// <summary>What a project file may name. Projects match by how their path begins, packages by name.</summary>
    public static IEnumerable<Finding> OfProjectFile(
        string path, string text, IReadOnlyList<string> projects, IReadOnlyList<string> packages)
    {
        var named = XDocument.Parse(text, LoadOptions.SetLineInfo).Descendants()
            .Where(item => item.Name.LocalName is "ProjectReference" or "PackageReference" or "Reference");
        return from item in named
               let to = item.Attribute("Include")?.Value ?? ""
               let isProject = item.Name.LocalName == "ProjectReference"
               where isProject
                   ? !projects.Any(at => to.StartsWith(at, StringComparison.Ordinal))
                   : !packages.Contains(to)
               select new Finding(path, ((System.Xml.IXmlLineInfo)item).LineNumber, $"{to} is not for this project");
    }

    /// <summary>What the compiled code may refer to beside the framework.</summary>
    public static IEnumerable<Finding> OfAssembly(CompiledAssembly assembly, params IReadOnlyList<string> allowed) =>
        from to in assembly.Assemblies
        where !to.StartsWith("System.", StringComparison.Ordinal) && !allowed.Contains(to)
        select new Finding(assembly.Name, 0, $"refers to {to}");

    public static IEnumerable<Finding> ToFiles(CompiledAssembly assembly) =>
        OfTypes(assembly, type => FileTypes.Contains(type.FullName), "files belong to Node");

    /// <summary>Sockets but for the names of what may go wrong with one.</summary>
    public static IEnumerable<Finding> ToSockets(CompiledAssembly assembly, params IReadOnlyList<string> allowed) =>
        OfTypes(
            assembly,
            type => type.Namespace == "System.Net.Sockets" && !allowed.Contains(type.Name),
            "sockets belong to Node");

    public static IEnumerable<Finding> ToClocks(CompiledAssembly assembly) =>
        OfTypes(assembly, type => ClockTypes.Contains(type.FullName), "time is an argument")
            .Concat(from member in assembly.Members
                    let name = $"{member.Type.FullName}.{member.Name}"
                    where ClockMembers.Contains(name)
                    select new Finding(assembly.Name, 0, $"refers to {name}: time is an argument"));

    private static IEnumerable<Finding> OfTypes(CompiledAssembly assembly, Func<UsedType, bool> refused, string why) =>
        from type in assembly.Types
        where refused(type)
        select new Finding(assembly.Name, 0, $"refers to {type.FullName}: {why}");
}
