using Microsoft.Extensions.Logging;

namespace Rwho.Node.Linux;

/// <summary>Logs to the system log, for a daemon that has no terminal and no journal on its standard error.</summary>
/// <param name="path">The log daemon's socket.</param>
public sealed class Syslog(string path = "/dev/log") : ILoggerProvider
{
    private readonly SyslogSocket socket = new(path);

    /// <summary>How many lines could not be delivered.</summary>
    public long Dropped => socket.Dropped;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(socket);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>The severity of syslog(3), 0 to 7, for a level.</summary>
    public static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private sealed class Logger(SyslogSocket socket) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var text = formatter(state, exception);
            if (exception is not null) text = $"{text}: {exception.GetType().Name}: {exception.Message}";
            socket.Write(Severity(logLevel), text);
        }
    }
}
