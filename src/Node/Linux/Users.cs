using System.Text;
using Rwho.Actors.Announce;

namespace Rwho.Node.Linux;

/// <summary>A logged-in user with the idle time: the entry that goes into a datagram, its texts not yet cut.</summary>
/// <param name="Line">The whole line; the datagram has room for 8 bytes of it.</param>
/// <param name="User">The whole login name; the datagram has room for 8 bytes of it.</param>
/// <param name="LoginTime">Unix seconds.</param>
/// <param name="IdleSeconds">Signed: a terminal read "in the future" is idle for less than nothing.</param>
public sealed record LoggedInUser(byte[] Line, byte[] User, long LoginTime, int IdleSeconds);

/// <summary>Who is logged in on this machine.</summary>
/// <param name="root">The root directory, <c>/</c> except in tests.</param>
public sealed class Users(string root = "/")
{
    private static readonly string[] UtmpPaths = ["run/utmp", "var/run/utmp"];
    private const string SessionsPath = "run/systemd/sessions";
    private const string DevicesPath = "dev";

    /// <summary>
    /// The logged-in users: utmp's in utmp's order; where utmp is missing or names no user, systemd-logind's by login
    /// time. Whatever cannot be read is left out; nothing is thrown.
    /// </summary>
    /// <param name="now">Unix seconds, what idle times are counted from.</param>
    /// <param name="unread">Is added what is there and cannot be read.</param>
    public IReadOnlyList<LoggedInUser> Read(long now, ICollection<Unread>? unread = null)
    {
        var sessions = FromUtmp(unread);
        if (sessions.Count == 0)
        {
            var directory = Path.Combine(root, SessionsPath);
            sessions = LogindSessions.ReadDirectory(directory, scope => scope.FindTerminal(root), unread);
        }
        return sessions.ConvertAll(session =>
            new LoggedInUser(session.Line, session.User, session.LoginTime, IdleSeconds(session, now)));
    }

    /// <summary>
    /// Seconds since the line's device was last read, by its access time. 0 when there is no such device (Debian's
    /// rwhod says so of displays), when the line is no terminal, and for a line that is not a plain path below /dev:
    /// one with an empty,
    /// <c>.</c> or <c>..</c> component, or with bytes outside printable ASCII. Debian's rwhod says 0 also for any line
    /// of 8 bytes or more, because it looks for line and user name run together; here the whole line is looked for.
    /// </summary>
    public int IdleSeconds(Session session, long now)
    {
        if (!session.IsTerminal || !IsDevicePath(session.Line)) return 0;
        var device = Path.Combine(root, DevicesPath, Encoding.ASCII.GetString(session.Line));
        try
        {
            if (!File.Exists(device)) return 0;
            var accessed = new DateTimeOffset(File.GetLastAccessTimeUtc(device)).ToUnixTimeSeconds();
            return (int)Math.Clamp(now - accessed, int.MinValue, int.MaxValue);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // The two paths are one file on most systems, and it is told of once.
    private List<Session> FromUtmp(ICollection<Unread>? unread)
    {
        Unread? first = null;
        foreach (var path in UtmpPaths.Select(path => Path.Combine(root, path)))
        {
            if (!SmallFile.TryRead(path, Utmp.MaxBytes, out var content, out var trouble))
            {
                if (trouble is not null) first ??= new Unread(path, trouble);
                continue;
            }

            var sessions = Utmp.Parse(content, UtmpLayout.Native);
            if (sessions.Count > 0) return sessions;
            if (content.Length < Utmp.MaxBytes && content.Length % UtmpLayout.Native.RecordBytes != 0)
                first ??= new Unread(path, "no records of utmp in it");
        }

        if (first is not null) unread?.Add(first);
        return [];
    }

    private static bool IsDevicePath(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line.ContainsAnyExceptInRange((byte)'!', (byte)'~')) return false;
        foreach (var range in line.Split((byte)'/'))
        {
            var part = line[range];
            if (part.IsEmpty || part.SequenceEqual("."u8) || part.SequenceEqual(".."u8)) return false;
        }
        return true;
    }
}
