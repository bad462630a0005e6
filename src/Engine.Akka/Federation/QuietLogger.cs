using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rwho.Engine.Federation;

/// <summary>
/// The log of a gateway's system. That a connection failed and is tried again, and who cannot be reached, the node
/// tells itself, once: here it is for debugging. Of whatever else there is, the same line is written once a minute.
/// </summary>
internal sealed class QuietLogger(ILogger inner, TimeProvider time) : ILogger
{
    private const int Remembered = 256;
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    private static readonly string[] Weather =
    [
        "/system/endpointManager", "/system/transports", "/system/cluster/core/daemon", "remoting (",
        "CoordinatedShutdown (",
    ];

    // They tell of a failed handshake in twelve lines, with advice for who programs.
    private static readonly string[] Connections = ["TcpServerHandler (", "TcpClientHandler ("];

    private readonly ConcurrentDictionary<string, long> written = new(StringComparer.Ordinal);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        var isConnection = IsFrom(state, Connections);
        if (isConnection || IsFrom(state, Weather)) inner.Log(LogLevel.Debug, eventId, state, exception, formatter);
        else if (IsDue(line)) inner.Log(logLevel, eventId, state, exception, formatter);
        if (isConnection && IsStranger(line) && IsDue(nameof(IsStranger))) inner.NotAGateway();
    }

    // A certificate that is refused is told by who refuses it.
    private static bool IsStranger(string line) => line.Contains("TLS handshake failed. ", StringComparison.Ordinal)
        && !line.Contains("RemoteCertificateValidationCallback", StringComparison.Ordinal);

    private bool IsDue(string line)
    {
        var now = time.GetTimestamp();
        if (written.TryGetValue(line, out var last) && time.GetElapsedTime(last, now) < Once) return false;
        if (written.Count >= Remembered) written.Clear();
        written[line] = now;
        return true;
    }

    private static bool IsFrom<TState>(TState state, string[] sources) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> values
        && values.Any(at => at is { Key: "Source" or "Actor", Value: string source }
            && sources.Any(part => source.Contains(part, StringComparison.Ordinal)));
}
