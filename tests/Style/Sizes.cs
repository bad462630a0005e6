using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>What fits a screen and a head.</summary>
public static class Sizes
{
    /// <summary>Files have about 300 lines; the slack is there so that nobody packs lines to get under it.</summary>
    public const int FileLines = 330;

    public const int FunctionLines = 70;
    public const int Columns = 120;

    public static IEnumerable<Finding> OfFile(SourceFile file)
    {
        var lines = Lines(file).Length;
        if (lines > FileLines)
            yield return new Finding(file.Path, 0, $"{lines} lines, at most {FileLines} (about 300 are wanted)");
    }

    public static IEnumerable<Finding> OfLines(SourceFile file) =>
        from line in Lines(file).Index()
        where line.Item.Length > Columns
        select new Finding(file.Path, line.Index + 1, $"{line.Item.Length} columns, at most {Columns}");

    public static IEnumerable<Finding> OfFunctions(SourceFile file) =>
        from function in file.Root.DescendantNodes().Where(IsFunction)
        let lines = file.LastLine(function) - file.FirstLine(function) + 1
        where lines > FunctionLines
        select file.At(function, $"a function of {lines} lines, at most {FunctionLines}");

    private static bool IsFunction(SyntaxNode node) => node
        is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        or ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax };

    private static string[] Lines(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
