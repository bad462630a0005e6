using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Rwho.Node.Linux;

namespace Rwho.Node;

/// <summary>One line of the log: for the journal with its priority, for a person with time and level.</summary>
internal sealed class LogLine(bool isJournal) : ConsoleFormatter("line")
{
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var head = isJournal ? $"<{Syslog.Severity(logEntry.LogLevel)}>"
            : $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {LevelName(logEntry.LogLevel)}: ";
        textWriter.Write(string.Create(
            CultureInfo.InvariantCulture, $"{head}{logEntry.Category}[{logEntry.EventId.Id}] {text}\n"));
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Critical => "crit",
        LogLevel.Error => "fail",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        LogLevel.Debug => "dbug",
        _ => "trce",
    };
}
