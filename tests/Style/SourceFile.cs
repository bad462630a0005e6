using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rwho.Tests.Style;

/// <summary>A file of C#.</summary>
/// <param name="Path">From the repository's root, with slashes.</param>
public sealed record SourceFile(string Path, string Text)
{
    private readonly Lazy<SyntaxTree> _tree = new(() =>
        CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview), Path));

    public SyntaxTree Tree => _tree.Value;

    public SyntaxNode Root => Tree.GetRoot();

    /// <summary>The nodes of one kind, from top to bottom.</summary>
    public IEnumerable<T> All<T>()
        where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    public Finding At(SyntaxNode node, string what) => new(Path, FirstLine(node), what);

    public int FirstLine(SyntaxNode node) => Tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;

    public int LastLine(SyntaxNode node) => Tree.GetLineSpan(node.Span).EndLinePosition.Line + 1;
}
