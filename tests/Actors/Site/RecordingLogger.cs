using Microsoft.Extensions.Logging;

namespace Rwho.Tests.Actors;

/// <summary>Keeps the lines, and can be made to throw at some: a fault in the middle of an actor's work.</summary>
internal sealed class RecordingLogger(List<string> lines) : ILogger
{
    public int? ThrowAt { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lines.Add(formatter(state, exception));
        if (eventId.Id == ThrowAt) throw new InvalidOperationException("fault on purpose");
    }
}
