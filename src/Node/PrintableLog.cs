using Microsoft.Extensions.Logging;
using Rwho.Protocol;

namespace Rwho.Node;

/// <summary>
/// A log whose every line is one line, and nothing that a terminal would obey, wherever its words came from: names of
/// hosts, interfaces and files, messages of other programs.
/// </summary>
internal sealed class PrintableLog(ILogger log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var text = formatter(state, exception);
        if (exception is not null) text = $"{text}: {exception}";
        var line = PrintableText.OneLine(text.ReplaceLineEndings(" "));
        log.Log(logLevel, eventId, line, null, static (it, _) => it);
    }
}
