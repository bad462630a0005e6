using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;

namespace Rwho.Tests.Fuzz.Coverage;

/// <summary>The fuzz program once more, over instrumented copies of what it tests.</summary>
internal sealed class GuidedContext : AssemblyLoadContext
{
    private static readonly string[] UnderTest = ["Rwho.Protocol", "Rwho.Actors", "rwhod"];

    private readonly Dictionary<string, string> copies = [];

    /// <param name="directory">Where the copies are written; has to stay while they are used.</param>
    public GuidedContext(string directory)
        : base("guided")
    {
        var instrumentation = new Instrumentation(directory);
        foreach (var name in UnderTest) Add(instrumentation, name, _ => true);
        // Of the program itself only the flaws that its own tests plant.
        Add(instrumentation, typeof(GuidedContext).Assembly.GetName().Name!, IsPlanted);
        Blocks = instrumentation.Blocks;
    }

    /// <summary>How many blocks of code are told apart.</summary>
    public int Blocks { get; }

    /// <summary>Calls a static method of this program, in the copy of it that is instrumented.</summary>
    public object? Call(Type type, string method, params object?[] arguments)
    {
        var program = LoadFromAssemblyPath(copies[type.Assembly.GetName().Name!]);
        program.GetType(typeof(CoverageMap).FullName!)!.GetProperty(nameof(CoverageMap.IsOn))!.SetValue(null, true);
        return program.GetType(type.FullName!)!
            .GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        copies.TryGetValue(assemblyName.Name!, out var path) ? LoadFromAssemblyPath(path) : null;

    private static bool IsPlanted(TypeDefinition type) => type.Namespace == "Rwho.Tests.Fuzz.Planted";

    private void Add(Instrumentation instrumentation, string name, Func<TypeDefinition, bool> isCovered) =>
        copies[name] = instrumentation.Copy(
            Path.Combine(AppContext.BaseDirectory, name + ".dll"), isCovered);
}
