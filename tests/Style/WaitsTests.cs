using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

public sealed class WaitsTests
{
    [Fact]
    public void No_thread_stands_still_and_only_the_program_reads_a_clock() =>
        Rule.Holds(Compiling.Projects().SelectMany(Waits.In));

    [Fact]
    public void The_program_waits_for_its_daemon_in_one_place() => Assert.InRange(
        Repository.Sources.Where(file => file.Path == Waits.EntryPoint).SelectMany(file => file.All<SimpleNameSyntax>())
            .Count(name => name.Identifier.ValueText == "GetResult"),
        0, 1);

    [Theory]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("Work().Wait();")]
    [InlineData("Task.WaitAll(Work());")]
    [InlineData("var number = Work().Result;")]
    [InlineData("var number = new ValueTask<int>(1).Result;")]
    [InlineData("Work().GetAwaiter().GetResult();")]
    [InlineData("Work().ConfigureAwait(false).GetAwaiter().GetResult();")]
    [InlineData("Work().ContinueWith(work => work.Result);")]
    public void A_thread_that_stands_still_is_found_everywhere(string statement)
    {
        Rule.Finds(Found("src/Node/Sample.cs", statement), 4);
        Rule.Finds(Found("src/Actors/Sample.cs", statement), 4);
        Rule.Finds(Found("tests/Lan/Sample.cs", statement), 4);
    }

    [Fact]
    public void A_name_that_cannot_be_told_is_found() =>
        Rule.Finds(Found("tests/Lan/Sample.cs", "Unknown.Thing().Wait();"), 4);

    [Fact]
    public void A_sleep_without_the_name_of_its_class_is_found() => Rule.Finds(
        Waits.In(Compiling.Sample(
            new SourceFile("a.cs", "using static System.Threading.Thread;\nclass C { void M() => Sleep(1); }"))),
        2);

    [Theory]
    [InlineData("var now = DateTime.Now;")]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTime.Today;")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    public void A_clock_is_read_in_the_program_and_in_tests_only(string statement)
    {
        Rule.Finds(Found("src/Actors/Sample.cs", statement), 4);
        Rule.Finds(Found("src/Protocol/Sample.cs", statement), 4);
        Assert.Empty(Found("src/Node/Sample.cs", statement));
        Assert.Empty(Found("tests/Lan/Sample.cs", statement));
    }

    [Fact]
    public void Time_passes_in_the_poll_helper_only()
    {
        Rule.Finds(Found("tests/Lan/Sample.cs", "_ = Task.Delay(1);"), 4);
        Rule.Finds(Found("src/Actors/Sample.cs", "_ = Task.Delay(1);"), 4);
        Assert.Empty(Found("tests/Lan/Sample.cs", "_ = Task.Delay(1);", Waits.PollHelper));
        Assert.Empty(Found("src/Node/Sample.cs", "_ = Task.Delay(1);"));
    }

    [Fact]
    public void The_entry_point_alone_may_wait() =>
        Assert.Empty(Found(Waits.EntryPoint, "Work().GetAwaiter().GetResult();"));

    [Theory]
    [InlineData("new SemaphoreSlim(1).Wait(0);")]
    [InlineData("new ManualResetEventSlim().Wait(TimeSpan.Zero);")]
    [InlineData("var number = new { Result = 1 }.Result;")]
    public void Other_things_of_those_names_are_no_matter(string statement) =>
        Assert.Empty(Found("tests/Actors/Sample.cs", statement));

    private static IEnumerable<Finding> Found(string path, string statement, string type = "C") =>
        Waits.In(Compiling.Sample(new SourceFile(path, $$"""
            class {{type}}
            {
                async Task<int> Work() {
                    {{statement}}
                    return 1; }
            }
            """)));
}
