namespace Rwho.Tests.Style;

public sealed class LogEventsTests
{
    [Fact]
    public void Every_log_event_has_a_number_of_its_own() =>
        Rule.Holds(LogEvents.Ambiguous(Repository.SourcesUnder("src")));

    [Fact]
    public void Every_project_has_its_log_events_in_one_file() =>
        Rule.Holds(Repository.SourcesUnder("src").SelectMany(LogEvents.Scattered));

    [Fact]
    public void Log_events_are_found_at_all() =>
        Assert.True(Repository.SourcesUnder("src").Count(file => file.Path.EndsWith("/Log.cs")) >= 3);

    [Fact]
    public void A_number_used_twice_is_found_in_both_places()
    {
        SourceFile[] files =
        [
            new("src/Actors/Log.cs", "class C\n{\n[LoggerMessage(7, LogLevel.Debug, \"a\")] void A();\n}"),
            new("src/Node/Log.cs", "class C\n{\n\n[LoggerMessage(EventId = 7)] int A();\n[LoggerMessage(8)] int B();}"),
        ];
        Rule.Finds(LogEvents.Ambiguous(files), 3, 4);
    }

    [Theory]
    [InlineData("[LoggerMessage(LogLevel.Debug, \"a\")]")]
    [InlineData("[LoggerMessage(Message = \"a\")]")]
    [InlineData("[LoggerMessage(First + 1, LogLevel.Debug, \"a\")]")]
    public void An_event_without_a_number_is_found(string attribute) =>
        Rule.Finds(LogEvents.Ambiguous([new("src/Node/Log.cs", $"class C\n{{\n{attribute} void A();\n}}")]), 3);

    [Theory]
    [InlineData("src/Node/Daemon.cs")]
    [InlineData("src/Node/Linux/Log.cs")]
    public void An_event_elsewhere_is_found(string path) =>
        Rule.Finds(LogEvents.Scattered(new SourceFile(path, "class C\n{\n[LoggerMessage(7)] void A();\n}")), 3);
}
