using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>
/// Tells the service manager how the daemon is, as sd_notify(3) does. Does nothing when it was not started by one.
/// Every call returns at once and none throws: a service manager that is away costs a message, not the daemon.
/// </summary>
public sealed class Systemd
{
    private readonly UnixDomainSocketEndPoint? endPoint;

    /// <summary>Takes the values of NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; null where they are not
    /// set.</summary>
    public Systemd(string? notifySocket, string? watchdogMicroseconds, string? watchdogProcess)
    {
        endPoint = EndPoint(notifySocket);
        WatchdogTimeout = endPoint is null ? null : Timeout(watchdogMicroseconds, watchdogProcess);
    }

    /// <summary>The service manager of this process's environment.</summary>
    public static Systemd FromEnvironment() => new(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        Environment.GetEnvironmentVariable("WATCHDOG_PID"));

    /// <summary>
    /// How long the service manager waits between two <see cref="Alive"/> before it restarts the daemon; report twice
    /// as often. Null when it does not watch.
    /// </summary>
    public TimeSpan? WatchdogTimeout { get; }

    /// <summary>The daemon listens. False, as for all of these, when nobody was told.</summary>
    public bool Ready() => Notify("READY=1");

    /// <summary>The daemon ends on purpose.</summary>
    public bool Stopping() => Notify("STOPPING=1");

    /// <summary>The daemon is alive.</summary>
    public bool Alive() => Notify("WATCHDOG=1");

    /// <summary>One line of text for <c>systemctl status</c>.</summary>
    public bool Status(string text) => Notify($"STATUS={text.ReplaceLineEndings(" ")}");

    private bool Notify(string assignment)
    {
        if (endPoint is null) return false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Blocking = false;
            return socket.SendTo(Encoding.UTF8.GetBytes(assignment), endPoint) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A path, or <c>@name</c> in the abstract namespace; anything else (a vsock address) is not spoken
    /// here.</summary>
    private static UnixDomainSocketEndPoint? EndPoint(string? notifySocket)
    {
        if (notifySocket is not { Length: > 1 } || notifySocket[0] is not ('/' or '@')) return null;
        try
        {
            return new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? "\0" + notifySocket[1..] : notifySocket);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static TimeSpan? Timeout(string? microseconds, string? process)
    {
        var isOurs = string.IsNullOrEmpty(process)
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var isNumber = long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isOurs && isNumber && number is > 0 and <= long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromTicks(number * TimeSpan.TicksPerMicrosecond)
            : null;
    }
}
