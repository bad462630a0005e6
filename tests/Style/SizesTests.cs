namespace Rwho.Tests.Style;

public sealed class SizesTests
{
    [Fact]
    public void Files_are_short() => Rule.Holds(Repository.Sources.SelectMany(Sizes.OfFile));

    [Fact]
    public void Functions_fit_a_screen() => Rule.Holds(Repository.Sources.SelectMany(Sizes.OfFunctions));

    [Fact]
    public void Lines_end_before_the_edge() => Rule.Holds(Repository.Sources.SelectMany(Sizes.OfLines));

    [Fact]
    public void A_file_that_is_too_long_is_found()
    {
        Assert.Empty(Sizes.OfFile(Sample(Lines(Sizes.FileLines))));
        Rule.Finds(Sizes.OfFile(Sample(Lines(Sizes.FileLines + 1))), 0);
    }

    [Fact]
    public void A_line_that_is_too_long_is_found()
    {
        var edge = new string('x', Sizes.Columns);
        Rule.Finds(Sizes.OfLines(Sample($"{edge}\n{edge}y\n{edge}")), 2);
    }

    [Theory]
    [InlineData("void M()\n{\n$\n}")]
    [InlineData("C()\n{\n$\n}")]
    [InlineData("void M() { void Local()\n{\n$\n} }")]
    [InlineData("int P { get\n{\n$\n} }")]
    [InlineData("int P\n=>\n1 +\n$1;")]
    [InlineData("void M() { Run(() =>\n{\n$\n}); }")]
    public void A_function_that_is_too_long_is_found(string pattern)
    {
        string With(int lines) => $"class C\n{{\n{pattern.Replace("$", Lines(lines), StringComparison.Ordinal)}\n}}\n";
        Assert.Empty(Sizes.OfFunctions(Sample(With(Sizes.FunctionLines - 5))));
        Assert.NotEmpty(Sizes.OfFunctions(Sample(With(Sizes.FunctionLines))));
    }

    private static SourceFile Sample(string text) => new("src/Node/Sample.cs", text);

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("\n", count));
}
