using Microsoft.Extensions.Logging;

namespace Rwho.Engine;

/// <summary>The engine's log events. A failure is logged once, by whom decides about it.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 20, Message = "{Actor} failed: {Reason}")]
    internal static partial void ActorFailed(
        this ILogger logger, LogLevel level, Exception cause, string actor, string reason);

    [LoggerMessage(21, LogLevel.Information, "{Actor} starts again")]
    internal static partial void ActorStartsAgain(this ILogger logger, ActorPath actor);

    [LoggerMessage(EventId = 22, Message = "{Source}: {Text}")]
    internal static partial void EngineSays(
        this ILogger logger, LogLevel level, Exception? cause, string source, string text);

    [LoggerMessage(23, LogLevel.Warning, "somebody at a gateway's port, or at a seed, does not speak TLS, or broke "
        + "off: if it is a gateway, it was started without a certificate (--cluster-cert)")]
    internal static partial void NotAGateway(this ILogger logger);
}
