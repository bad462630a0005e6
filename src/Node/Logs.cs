using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Rwho.Node.Linux;

namespace Rwho.Node;

/// <summary>
/// Where log lines go: to standard error, with the journal's priorities when that is the journal; of a detached daemon
/// to the system log.
/// </summary>
/// <remarks>
/// Put together by hand: a container of services, for one logger, is memory and a slower start on every host.
/// </remarks>
internal static class Logs
{
    public static ILoggerFactory Create(bool isDetached)
    {
        var factory = new LoggerFactory([], new LoggerFilterOptions { MinLevel = LogLevel.Information });
#pragma warning disable CA2000 // once added, the factory disposes it, and then all lines are written
        factory.AddProvider(isDetached ? new Syslog() : StandardError());
#pragma warning restore CA2000
        return factory;
    }

    private static ConsoleLoggerProvider StandardError()
    {
        // The priorities are for the journal, which reads standard error; a person wants the time instead.
        var isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null;
        var formatter = new LogLine(isJournal);
        var options = new ConsoleLoggerOptions
        {
            LogToStandardErrorThreshold = LogLevel.Trace,
            // A reader of the log that hangs must not hold up the node.
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
            FormatterName = formatter.Name,
        };
        return new ConsoleLoggerProvider(new Fixed(options), [formatter]);
    }

    /// <summary>Options that stay as they are.</summary>
    private sealed class Fixed(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
