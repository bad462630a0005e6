using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rwho.Engine.Federation;

/// <summary>
/// The log of a gateway's system. That a connection failed and is tried again, and who cannot be reached, the node tells
/// itself, once: here it is for debugging. Whatever else there is, the same line is written once a minute at most.
/// </summary>
internal sealed class QuietLogger(ILogger inner, TimeProvider time) : ILogger
{
    private const int Remembered = 256;
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    private static readonly string[] Weather =
    [
        "/system/endpointManager", "/system/cluster/core/daemon", "remoting (", "CoordinatedShutdown (",
    ];

    private readonly ConcurrentDictionary<string, long> written = new(StringComparer.Ordinal);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        if (IsWeather(state))
        {
            inner.Log(LogLevel.Debug, eventId, state, exception, formatter);
            return;
        }

        var now = time.GetTimestamp();
        if (written.TryGetValue(line, out var last) && time.GetElapsedTime(last, now) < Once) return;
        if (written.Count >= Remembered) written.Clear();
        written[line] = now;
        inner.Log(logLevel, eventId, state, exception, formatter);
    }

    private static bool IsWeather<TState>(TState state) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> values
        && values.Any(at => at is { Key: "Source" or "Actor", Value: string source }
            && Weather.Any(part => source.Contains(part, StringComparison.Ordinal)));
}
