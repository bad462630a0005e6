using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rwho.Tests.Cluster.Links;

/// <summary>What a gateway logs.</summary>
public sealed class Journal : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Warnings and worse, in order.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Waits until it says so.</summary>
    public Task Says(params string[] parts) => Eventually.Within(
        Gateways.Patience,
        () => Lines.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        () => $"the log says {string.Join(" ... ", parts)}, but only {string.Join('\n', Lines)}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning) _lines.Enqueue(formatter(state, exception));
    }
}
