using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>Log lines are found by numbers: in the journal by operators, in one file a project by readers.</summary>
public static class LogEvents
{
    /// <summary>Events elsewhere than in the project's Log.cs.</summary>
    public static IEnumerable<Finding> Scattered(SourceFile file) =>
        from declared in In(file)
        where file.Path.Split('/') is not ["src", _, "Log.cs"]
        select file.At(declared.Where, "a log event outside of its project's Log.cs");

    /// <summary>Events without a number, or with one that another event has.</summary>
    public static IEnumerable<Finding> Ambiguous(IEnumerable<SourceFile> files)
    {
        var all = files.SelectMany(file => In(file), (file, declared) => (file, declared.Where, declared.Id)).ToList();
        var nameless = all.Where(at => at.Id is null)
            .Select(at => at.file.At(at.Where, "a log event whose number is not written out"));
        var shared = all.Where(at => at.Id is not null).GroupBy(at => at.Id).Where(same => same.Count() > 1)
            .SelectMany(same => same, (same, at) => at.file.At(at.Where, $"log event {same.Key} is there twice"));
        return nameless.Concat(shared);
    }

    private static IEnumerable<(AttributeSyntax Where, int? Id)> In(SourceFile file) =>
        from attribute in file.All<AttributeSyntax>()
        where attribute.Name.ToString().Split('.')[^1] is "LoggerMessage" or "LoggerMessageAttribute"
        select (attribute, IdOf(attribute));

    private static int? IdOf(AttributeSyntax attribute)
    {
        IReadOnlyList<AttributeArgumentSyntax> arguments = attribute.ArgumentList?.Arguments.ToArray() ?? [];
        var id = arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == "EventId")
            ?? arguments.FirstOrDefault(argument => argument.NameEquals is null);
        return id?.Expression is LiteralExpressionSyntax { Token.Value: int number } ? number : null;
    }
}
