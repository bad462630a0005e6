using System.Net.Sockets;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>
/// Sends lines to the system log's datagram socket: <c>&lt;priority&gt;rwhod[pid]: text</c> (RFC 3164 without its time
/// stamp, which every local log daemon adds). Never blocks, never throws: what cannot be delivered is dropped and
/// counted. A log daemon that was restarted is found again at the next line.
/// </summary>
/// <param name="path">The socket, /dev/log.</param>
public sealed class SyslogSocket(string path = "/dev/log") : IDisposable
{
    /// <summary>How long a line may be, its priority included; longer ones are cut.</summary>
    public const int MaxLineBytes = 1024;

    private const int DaemonFacility = 3 << 3;

    private readonly Lock gate = new();
    private readonly UnixDomainSocketEndPoint endPoint = new(path);
    private Socket? socket;
    private bool isDisposed;

    /// <summary>How many lines could not be delivered.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sends one line.</summary>
    /// <param name="severity">0 (emergency) to 7 (debug), as in syslog(3).</param>
    /// <param name="text">Control characters in it become blanks.</param>
    public void Write(int severity, string text)
    {
        var line = Line(severity, Environment.ProcessId, text);
        lock (gate)
        {
            if (isDisposed || !TrySend(line) && !TrySend(line)) Dropped++;
        }
    }

    /// <summary>The datagram for a line of text, cut at <see cref="MaxLineBytes"/> between characters.</summary>
    public static byte[] Line(int severity, int process, string text)
    {
        var safe = string.Create(text.Length, text, (target, source) =>
        {
            for (var index = 0; index < source.Length; index++)
                target[index] = char.IsControl(source[index]) ? ' ' : source[index];
        });
        var line = new byte[MaxLineBytes];
        var whole = $"<{DaemonFacility | severity & 7}>rwhod[{process}]: {safe}";
        Encoding.UTF8.GetEncoder().Convert(whole, line, flush: true, out _, out var used, out _);
        return line[..used];
    }

    /// <summary>Closes the socket; later lines are dropped.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            socket?.Dispose();
            socket = null;
        }
    }

    /// <summary>
    /// A socket that failed is closed, so that the second attempt connects anew; one whose reader is slow is kept and
    /// the line is lost.
    /// </summary>
    private bool TrySend(byte[] line)
    {
        try
        {
            socket ??= Connect();
            return socket.Send(line) == line.Length;
        }
        catch (SocketException error)
        {
            if (error.SocketErrorCode == SocketError.WouldBlock) return false;
            socket?.Dispose();
            socket = null;
            return false;
        }
    }

    private Socket Connect()
    {
        var connecting = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            connecting.Connect(endPoint);
            connecting.Blocking = false;
            return connecting;
        }
        catch
        {
            connecting.Dispose();
            throw;
        }
    }
}
