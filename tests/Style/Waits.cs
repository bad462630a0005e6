using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>
/// Threads that stand still, and clocks read where time is an argument. What src/BannedSymbols*.txt refuse when src is
/// built holds for the tests too, and each exception has one name here.
/// </summary>
public static class Waits
{
    /// <summary>The daemon's entry point, the one place where a thread waits for what is asynchronous.</summary>
    public const string EntryPoint = "src/Node/Commands/DaemonCommand.cs";

    /// <summary>The class that lets time pass for the tests that share the world with real processes.</summary>
    public const string PollHelper = "Eventually";

    private const string Awaited = "a thread that stands still: await it";
    private const string Clock = "a clock read outside of Node: take the time as an argument";

    private static readonly Ban[] Bans =
    [
        new("System.Threading.Thread", "Sleep", _ => false, "a thread that stands still: use a timer, or virtual time"),
        new("System.Threading.Tasks.Task", "Wait", _ => false, Awaited),
        new("System.Threading.Tasks.Task", "WaitAll", _ => false, Awaited),
        new("System.Threading.Tasks.Task", "WaitAny", _ => false, Awaited),
        new("System.Threading.Tasks.Task<TResult>", "Result", _ => false, Awaited),
        new("System.Threading.Tasks.ValueTask<TResult>", "Result", _ => false, Awaited),
        new("System.Runtime.CompilerServices.*", "GetResult", file => file.Path == EntryPoint, Awaited),
        new("System.Threading.Tasks.Task", "Delay", MayLetTimePass, "time passes: use a timer, or virtual time"),
        new("System.DateTime", "Now", MayReadClock, Clock),
        new("System.DateTime", "UtcNow", MayReadClock, Clock),
        new("System.DateTime", "Today", MayReadClock, Clock),
        new("System.DateTimeOffset", "Now", MayReadClock, Clock),
        new("System.DateTimeOffset", "UtcNow", MayReadClock, Clock),
    ];

    /// <summary>The names that are looked at: only they have to be understood.</summary>
    private static readonly HashSet<string> Names = [.. Bans.Select(ban => ban.Member)];

    public static IEnumerable<Finding> In(CSharpCompilation project) =>
        project.SyntaxTrees.SelectMany(tree => In(new SourceFile(tree.FilePath, tree.ToString()), tree, project));

    private static IEnumerable<Finding> In(SourceFile file, SyntaxTree tree, CSharpCompilation project)
    {
        var names = tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => Names.Contains(name.Identifier.ValueText)).ToList();
        if (names.Count == 0)
            return [];
        var model = project.GetSemanticModel(tree);
        return names.Select(name => Verdict(file, name, Meaning(model, name))).OfType<Finding>();
    }

    private static Finding? Verdict(SourceFile file, SimpleNameSyntax name, ISymbol? member)
    {
        if (member is null)
            return file.At(name, $"what is this {name.Identifier.ValueText}? This compilation cannot tell");
        return Bans.FirstOrDefault(ban => ban.Covers(member)) is { } ban && !ban.IsAllowedIn(file)
            ? file.At(name, $"{member.ContainingType.Name}.{ban.Member}: {ban.Advice}")
            : null;
    }

    /// <summary>What the name stands for; also what it would stand for, if that is out of reach here.</summary>
    private static ISymbol? Meaning(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    private static bool MayReadClock(SourceFile file) =>
        file.Path.StartsWith("src/Node/", StringComparison.Ordinal)
        || file.Path.StartsWith("tests/", StringComparison.Ordinal);

    private static bool MayLetTimePass(SourceFile file) =>
        file.Path.StartsWith("src/Node/", StringComparison.Ordinal)
        || file.All<ClassDeclarationSyntax>().Any(type => type.Identifier.ValueText == PollHelper);

    /// <param name="Type">As C# writes it; <c>Namespace.*</c> is all of a namespace.</param>
    private sealed record Ban(string Type, string Member, Func<SourceFile, bool> IsAllowedIn, string Advice)
    {
        public bool Covers(ISymbol member)
        {
            if (member.Name != Member || member.ContainingType?.OriginalDefinition is not { } type)
                return false;
            return Type.EndsWith(".*", StringComparison.Ordinal)
                ? type.ContainingNamespace.ToDisplayString() == Type[..^2]
                : type.ToDisplayString() == Type;
        }
    }
}
