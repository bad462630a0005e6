using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>What work in progress leaves behind, and shortcuts that cost more than they save.</summary>
public static partial class Leftovers
{
    /// <summary>Notes to oneself, and functions that are not there yet.</summary>
    public static IEnumerable<Finding> Unfinished(SourceFile file) =>
        from line in file.Text.Split('\n').Index()
        from Match word in UnfinishedWork().Matches(line.Item)
        select new Finding(file.Path, line.Index + 1, $"{word.Value}: finish it, or file it where it is read");

    /// <summary>A failure in one ends the process, past every supervisor.</summary>
    public static IEnumerable<Finding> AsyncVoid(SourceFile file) =>
        from node in file.Root.DescendantNodes()
        where node switch
        {
            MethodDeclarationSyntax method => IsAsyncVoid(method.Modifiers, method.ReturnType),
            LocalFunctionStatementSyntax local => IsAsyncVoid(local.Modifiers, local.ReturnType),
            _ => false,
        }
        select file.At(node, "async void: its failure ends the process; return a Task");

    /// <summary>The engines are told apart by a reference and a global using, never within an actor.</summary>
    public static IEnumerable<Finding> Conditions(SourceFile file) =>
        from trivia in file.Root.DescendantTrivia(descendIntoTrivia: true)
        where trivia.IsKind(SyntaxKind.IfDirectiveTrivia)
        select new Finding(file.Path, file.Tree.GetLineSpan(trivia.Span).StartLinePosition.Line + 1,
            "conditional compilation: give both engines what the actor needs instead");

    /// <summary>Tests that never run. What a test needs and may lack is asked for at run time.</summary>
    public static IEnumerable<Finding> Skips(SourceFile file) =>
        from argument in file.All<AttributeArgumentSyntax>()
        where argument.NameEquals?.Name.Identifier.ValueText == "Skip"
        select file.At(argument, "a test that never runs: mend it, delete it, or ask for what it needs when it runs");

    private static bool IsAsyncVoid(SyntaxTokenList modifiers, TypeSyntax returns) =>
        modifiers.Any(SyntaxKind.AsyncKeyword)
        && returns is PredefinedTypeSyntax type && type.Keyword.IsKind(SyntaxKind.VoidKeyword);

    // In pieces, so that this file does not find itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|NotImplemented" + @"Exception)\b")]
    private static partial Regex UnfinishedWork();
}
