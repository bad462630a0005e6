using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Rwho.Node.Linux;

namespace Rwho.Node;

/// <summary>
/// Where log lines go: to standard error, with the journal's priorities when that is the journal; of a detached daemon
/// to the system log.
/// </summary>
internal static class Logs
{
    public static ILoggerFactory Create(bool isDetached) => LoggerFactory.Create(logging =>
    {
        if (isDetached)
        {
#pragma warning disable CA2000 // the factory disposes its providers
            logging.AddProvider(new Syslog());
#pragma warning restore CA2000
            return;
        }

        // The priorities are for the journal, which reads standard error; a person wants the time instead.
        var isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null;
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // A reader of the log that hangs must not hold up the node.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.FormatterName = isJournal ? ConsoleFormatterNames.Systemd : ConsoleFormatterNames.Simple;
        });
        if (isJournal) logging.AddSystemdConsole();
        else logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    });
}
