namespace Rwho.Tests.Style;

public sealed class LimitsTests
{
    private const string Sample =
        """
        class NodeLimits
        {
            object Of => [("hosts", 5),
                ("watchers", 7)];
        }
        """;

    [Fact]
    public void Every_limit_is_reached_by_a_test() => Rule.Holds(Limits.Untested(
        Repository.Sources.Single(file => file.Path == "src/Actors/NodeLimits.cs"), Repository.SourcesUnder("tests")));

    [Fact]
    public void A_limit_without_a_test_and_a_test_without_a_limit_are_found()
    {
        var limits = new SourceFile("src/Actors/NodeLimits.cs", Sample);
        var tests = new SourceFile("tests/T.cs", "class T\n{\n[Trait(\"Limit\", \"hosts\")]\nvoid A() {}\n}");
        Rule.Finds(Limits.Untested(limits, [tests]), 4);
        var wrong = new SourceFile("tests/U.cs", "class U\n{\n[Trait(\"Limit\", \"gosts\")] void A() {}\n"
            + "[Trait(\"Limit\", \"watchers\")] void B() {}\n}");
        Rule.Finds(Limits.Untested(limits, [tests, wrong]), 3);
    }
}
