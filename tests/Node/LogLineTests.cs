using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rwho.Node;

namespace Rwho.Tests.Node;

/// <summary>The lines of the log, as the journal and people get them.</summary>
public sealed class LogLineTests
{
    [Theory]
    [InlineData(LogLevel.Debug, "<7>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Critical, "<2>")]
    public void The_journal_gets_the_priority(LogLevel level, string priority) =>
        Assert.Equal($"{priority}rwhod[110] it rains\n", Line(isJournal: true, level));

    [Theory]
    [InlineData(LogLevel.Debug, "dbug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "fail")]
    [InlineData(LogLevel.Critical, "crit")]
    public void A_person_gets_the_time_and_the_level(LogLevel level, string name) =>
        Assert.Matches(
            new Regex($@"\A[0-2]\d:[0-5]\d:[0-5]\d {name}: rwhod\[110\] it rains\n\z"), Line(isJournal: false, level));

    private static string Line(bool isJournal, LogLevel level)
    {
        using var output = new StringWriter();
        new LogLine(isJournal).Write(
            new LogEntry<string>(level, "rwhod", new EventId(110), "it rains", null, (text, _) => text), null, output);
        return output.ToString();
    }
}
