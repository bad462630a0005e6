using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>Limits have names, and each is reached by a test that carries its name as a trait.</summary>
public static class Limits
{
    /// <summary>The trait that names the limit which a test reaches.</summary>
    public const string Trait = "Limit";

    /// <summary>Limits without a test, and tests of limits that are none.</summary>
    public static IEnumerable<Finding> Untested(SourceFile limits, IEnumerable<SourceFile> tests)
    {
        var named = Named(limits).ToList();
        var reached = tests.SelectMany(Reached, (file, trait) => (file, trait.Where, trait.Name)).ToList();
        var missing = named.Where(limit => reached.All(at => at.Name != limit.Name))
            .Select(limit => limits.At(limit.Where, $"no test reaches the limit \"{limit.Name}\""));
        var unknown = reached.Where(at => named.All(limit => limit.Name != at.Name))
            .Select(at => at.file.At(at.Where, $"there is no limit \"{at.Name}\""));
        return missing.Concat(unknown);
    }

    private static IEnumerable<(TupleExpressionSyntax Where, string Name)> Named(SourceFile file) =>
        from pair in file.All<TupleExpressionSyntax>()
        where pair.Arguments.Count == 2
        let name = TextOf(pair.Arguments[0].Expression)
        where name is not null
        select (pair, name);

    private static IEnumerable<(AttributeSyntax Where, string? Name)> Reached(SourceFile file) =>
        from attribute in file.All<AttributeSyntax>()
        where attribute.Name.ToString() == "Trait" && attribute.ArgumentList is { Arguments.Count: 2 }
        let arguments = attribute.ArgumentList!.Arguments
        where TextOf(arguments[0].Expression) == Trait
        select (attribute, TextOf(arguments[1].Expression));

    private static string? TextOf(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax { Token.Value: string text } ? text : null;
}
