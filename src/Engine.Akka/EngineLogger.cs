using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Rwho.Engine;

/// <summary>
/// Writes what Akka.NET logs into the node's own log, at once, on the thread that logs. It stands where Akka.NET has
/// the logger of its first and last lines, which it makes by the name of its type: a logger that is an actor would miss
/// the lines of the start, and those that wait for it at the end.
/// </summary>
public sealed class EngineLogger : MinimalLogger
{
    private readonly Lock guard = new();
    private readonly List<LogEvent> early = [];
    private ILogger? logger;

    /// <summary>Where lines go, those included that came before this was known.</summary>
    internal void Use(ILogger target)
    {
        lock (guard)
        {
            logger = target;
            foreach (var line in early) Write(target, line);
            early.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is not LogEvent line) return;
        if (Volatile.Read(ref logger) is null && TryKeep(line)) return;
        Write(logger!, line);
    }

    private bool TryKeep(LogEvent line)
    {
        lock (guard)
        {
            if (logger is not null) return false;
            early.Add(line);
            return true;
        }
    }

    private static void Write(ILogger logger, LogEvent line)
    {
        var level = LevelOf(line);
        if (line.Cause is { } cause && typeof(SupervisorStrategy).IsAssignableFrom(line.LogClass))
        {
            var reason = ReasonOf(cause) ?? TextOf(line);
            logger.ActorFailed(level, cause, line.LogSource, reason);
        }
        else
        {
            var text = TextOf(line);
            logger.EngineSays(level, line.Cause, line.LogSource, text);
        }
    }

    private static string TextOf(LogEvent line) => line.Message?.ToString() ?? "";

    /// <summary>What a constructor threw: Akka.NET says in its place which type it was to make.</summary>
    private static string? ReasonOf(Exception cause) =>
        cause is ActorInitializationException { InnerException: TypeLoadException { InnerException: { } inner } }
            ? inner.Message
            : null;

    private static Level LevelOf(LogEvent line) => line.LogLevel() switch
    {
        AkkaLevel.ErrorLevel => Level.Error,
        AkkaLevel.WarningLevel => Level.Warning,
        AkkaLevel.InfoLevel => Level.Information,
        _ => Level.Debug,
    };
}
