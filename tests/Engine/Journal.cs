using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rwho.Engine;

namespace Rwho.Tests.Engine;

/// <summary>Keeps what the engine logs, and the dead letters.</summary>
public sealed class Journal : ILogger
{
    private readonly ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> _lines = new();
    private readonly ConcurrentQueue<DeadLetter> _deadLetters = new();

    public IReadOnlyList<object> DeadLetters => [.. _deadLetters.Select(letter => letter.Message)];

    public IReadOnlyList<DeadLetter> DeadLettersInFull => [.. _deadLetters];

    /// <summary>Warnings and worse.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];

    public void Add(DeadLetter letter) => _deadLetters.Enqueue(letter);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId, logLevel, formatter(state, exception)));
}
