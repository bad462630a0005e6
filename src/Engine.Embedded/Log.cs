using Microsoft.Extensions.Logging;

namespace Rwho.Engine;

/// <summary>The engine's log events. A failure is logged once, by whom decides about it.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Actor} failed and goes on: {Reason}")]
    internal static partial void ActorResumes(this ILogger logger, Exception cause, ActorPath actor, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Actor} failed and starts again: {Reason}")]
    internal static partial void ActorRestarts(this ILogger logger, Exception cause, ActorPath actor, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Actor} failed and stops: {Reason}")]
    internal static partial void ActorStops(this ILogger logger, Exception cause, ActorPath actor, string reason);

    [LoggerMessage(4, LogLevel.Error, "{Actor} failed in {Hook}")]
    internal static partial void HookFailed(this ILogger logger, Exception cause, ActorPath actor, string hook);

    [LoggerMessage(5, LogLevel.Critical, "{System} ends, a failure was escalated to the top: {Reason}")]
    internal static partial void SystemFails(this ILogger logger, Exception cause, string system, string reason);

    [LoggerMessage(6, LogLevel.Debug, "{Message} from {Sender} did not reach {Recipient}")]
    internal static partial void DeadLetter(
        this ILogger logger, Type message, IActorRef? sender, IActorRef recipient);

    [LoggerMessage(7, LogLevel.Debug, "{Actor} has no handler for {Message} from {Sender}")]
    internal static partial void Unhandled(this ILogger logger, ActorPath actor, Type message, IActorRef sender);
}
