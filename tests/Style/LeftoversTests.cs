namespace Rwho.Tests.Style;

public sealed class LeftoversTests
{
    [Fact]
    public void Everything_is_finished() => Rule.Holds(Repository.Sources.SelectMany(Leftovers.Unfinished));

    [Fact]
    public void Every_failure_reaches_somebody() => Rule.Holds(Repository.Sources.SelectMany(Leftovers.AsyncVoid));

    [Fact]
    public void Actors_do_not_ask_which_engine_they_run_on() =>
        Rule.Holds(Repository.SourcesUnder("src/Actors").SelectMany(Leftovers.Conditions));

    [Fact]
    public void Every_test_may_run() => Rule.Holds(Repository.Sources.SelectMany(Leftovers.Skips));

    [Theory]
    [InlineData("// TO" + "DO: the rest")]
    [InlineData("/* FIX" + "ME */")]
    [InlineData("void M() => throw new NotImplemented" + "Exception();")]
    public void Unfinished_work_is_found(string line) =>
        Rule.Finds(Leftovers.Unfinished(Sample($"class C\n{{\n    {line}\n}}\n")), 3);

    [Fact]
    public void Async_void_is_found() => Rule.Finds(
        Leftovers.AsyncVoid(Sample("""
            class C
            {
                async void Method() { }
                async Task Fine() { async void Local() { } }
                void AlsoFine() { }
            }
            """)),
        3, 4);

    [Fact]
    public void Conditional_compilation_is_found() =>
        Rule.Finds(Leftovers.Conditions(Sample("class C\n{\n#if AKKA\n    int x;\n#endif\n}\n")), 3);

    [Fact]
    public void A_test_that_is_always_skipped_is_found() => Rule.Finds(
        Leftovers.Skips(Sample("""
            class C
            {
                [Fact(Skip = "flaky")]
                void A() { }
                [Theory(DisplayName = "b", Skip = Reason)]
                void B() { }
                [Fact]
                void Fine() { }
            }
            """)),
        3, 5);

    private static SourceFile Sample(string text) => new("src/Actors/Sample.cs", text);
}
