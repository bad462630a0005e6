using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rwho.Tests.Engine;

/// <summary>A message that reached no actor.</summary>
public sealed record Letter(object Message, IActorRef Sender, IActorRef Recipient);

/// <summary>Keeps what the engine logs, and the dead letters.</summary>
public sealed class Journal : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();
    private readonly ConcurrentQueue<Letter> _letters = new();

    /// <summary>What dead letters said.</summary>
    public IReadOnlyList<object> DeadLetters => [.. _letters.Select(letter => letter.Message)];

    public IReadOnlyList<Letter> DeadLettersInFull => [.. _letters];

    /// <summary>Warnings and worse.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];

    public void Add(Letter letter) => _letters.Enqueue(letter);

    public bool Has(string line) => _lines.Any(logged => logged.Text == line);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Enqueue((logLevel, formatter(state, exception)));
}
