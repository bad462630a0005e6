using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Rwho.Protocol;

namespace Rwho.Node;

/// <summary>Every line that the program writes to the log, with its number.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "{Name} starts, spool {Spool}")]
    public static partial void Starting(this ILogger log, HostName name, string spool);

    [LoggerMessage(201, LogLevel.Information, "{Signal}: stopping; {Summary}")]
    public static partial void Stopping(this ILogger log, PosixSignal signal, string summary);

    [LoggerMessage(202, LogLevel.Information, "configuration read again; starting anew with it")]
    public static partial void Reloaded(this ILogger log);

    [LoggerMessage(203, LogLevel.Error, "configuration not taken, {Name} goes on with the one before: {Reason}")]
    public static partial void NotReloaded(this ILogger log, string reason, HostName name);

    [LoggerMessage(204, LogLevel.Warning, "the node did not stop within {Seconds} s; ending without it")]
    public static partial void StopOverdue(this ILogger log, double seconds);

    [LoggerMessage(205, LogLevel.Warning,
        "running as root: there is no user {User}; create it, or name another with --user")]
    public static partial void StaysRoot(this ILogger log, string user);

    [LoggerMessage(210, LogLevel.Information, "recording everything that is received to {File}")]
    public static partial void RecordingBegins(this ILogger log, string file);

    [LoggerMessage(211, LogLevel.Information, "recording ends, datagrams in {File}: {Count}")]
    public static partial void RecordingEnds(this ILogger log, string file, long count);

    [LoggerMessage(212, LogLevel.Warning,
        "recording ends, {File} has its {Bytes} bytes: move it away and send SIGHUP to begin another")]
    public static partial void RecordingFull(this ILogger log, string file, long bytes);

    [LoggerMessage(213, LogLevel.Error,
        "recording ends, cannot write to {File}: {Reason}; mend that, move it away and send SIGHUP to begin another")]
    public static partial void RecordingFails(this ILogger log, string file, string reason);

    [LoggerMessage(214, LogLevel.Warning,
        "datagrams received but not recorded: {Count}; the disk of {File} is too slow")]
    public static partial void NotRecorded(this ILogger log, long count, string file);

    [LoggerMessage(215, LogLevel.Warning,
        "the disk did not take the end of {File} within {Seconds} s; ending without it")]
    public static partial void RecordingStuck(this ILogger log, string file, double seconds);

    [LoggerMessage(207, LogLevel.Critical, "{Reason}; ending with status {Status}")]
    public static partial void Ending(this ILogger log, string reason, int status);

    [LoggerMessage(206, LogLevel.Information,
        "port {Who} is not permitted here: using port {Port} and {Spool} instead (see --port, --config)")]
    public static partial void UserProfile(this ILogger log, int who, int port, string spool);
}
