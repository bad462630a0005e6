using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Rwho.Engine;

/// <summary>Writes what Akka.NET logs into the node's own log. Akka.NET makes it by the name of its type.</summary>
public sealed class EngineLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILogger? logger;

    public EngineLogger()
    {
        logger = EngineSetup.Of(Context.System)?.Settings.Logger;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent line)
    {
        var level = LevelOf(line);
        var text = line.Message?.ToString() ?? "";
        if (line.Cause is { } cause && typeof(SupervisorStrategy).IsAssignableFrom(line.LogClass))
            logger?.ActorFailed(level, cause, line.LogSource, text);
        else
            logger?.EngineSays(level, line.Cause, line.LogSource, text);
    }

    private static Level LevelOf(LogEvent line) => line.LogLevel() switch
    {
        AkkaLevel.ErrorLevel => Level.Error,
        AkkaLevel.WarningLevel => Level.Warning,
        AkkaLevel.InfoLevel => Level.Information,
        _ => Level.Debug,
    };
}
