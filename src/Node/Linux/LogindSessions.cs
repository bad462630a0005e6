using System.Text;
using Rwho.Actors.Announce;

namespace Rwho.Node.Linux;

/// <summary>
/// Logged-in users as systemd-logind knows them: one file a session in /run/systemd/sessions. Systems that no longer
/// write utmp (Debian 13 on) have no other list.
/// </summary>
public static class LogindSessions
{
    /// <summary>How many bytes of a session's file are read; real ones have a few hundred.</summary>
    public const int MaxFileBytes = 16384;

    /// <summary>How many sessions are read at most.</summary>
    public const int MaxSessions = 4096;

    private const long MicrosecondsPerSecond = 1_000_000;
    private const int MaxTextBytes = 256;

    /// <summary>
    /// Reads one session's file. False when it is not a user's login: no user name, of a class that is none, or
    /// closing.
    /// <para>
    /// Logins are the classes user, user-early, user-light and user-early-light (and none at all, as in old versions);
    /// not greeters, lock screens, managers, background jobs, nor a user-incomplete whose home is not there yet.
    /// </para><para>
    /// The line is TTY, else DISPLAY, else the terminal <paramref name="terminalOf"/> finds for the session's scope,
    /// else SERVICE, else <c>?</c>. sshd opens its session before it has a terminal, so logind itself knows none.
    /// </para><para>
    /// Only a session that is not graphical and whose line is a terminal has its idle time in the terminal's last
    /// access; the terminal of a type x11, wayland, mir or web is not what its user types at.
    /// </para>
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> content, Func<SessionScope, byte[]?>? terminalOf, out Session session)
    {
        session = null!;
        var fields = Fields.Read(content);
        if (fields.User.Length == 0 || !IsLogin(fields.Class) || fields.State.AsSpan().SequenceEqual("closing"u8))
            return false;
        var isTerminal = !IsGraphical(fields.Type);
        var line = fields.Terminal;
        if (line.Length == 0 && fields.Display.Length > 0) (line, isTerminal) = (fields.Display, false);
        if (line.Length == 0 && isTerminal) line = terminalOf?.Invoke(fields.Scope) ?? [];
        if (line.Length == 0)
            (line, isTerminal) = (fields.Service.Length > 0 ? fields.Service : "?"u8.ToArray(), false);
        session = new Session(line, fields.User, fields.Realtime / MicrosecondsPerSecond, isTerminal);
        return true;
    }

    /// <summary>
    /// The sessions of a directory, ordered by login time, then by file name. Temporary files, <c>.ref</c> fifos and
    /// what cannot be read are passed over; a missing directory has no sessions.
    /// </summary>
    /// <param name="unread">Is added the first that cannot be read, if there is one.</param>
    public static List<Session> ReadDirectory(
        string directory, Func<SessionScope, byte[]?>? terminalOf = null, ICollection<Unread>? unread = null)
    {
        Unread? first = null;
        var sessions = new List<(Session Session, string Name)>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(directory).Take(MaxSessions))
            {
                var name = Path.GetFileName(path);
                if (!IsSessionId(name)) continue;
                if (!SmallFile.TryRead(path, MaxFileBytes, out var content, out var trouble))
                {
                    if (trouble is not null) first ??= new Unread(path, trouble);
                    continue;
                }

                if (TryRead(content, terminalOf, out var session)) sessions.Add((session, name));
            }
        }
        catch (DirectoryNotFoundException) when (!File.Exists(directory))
        {
            // A system without logind, or gone meanwhile: what was read so far is the list.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            first ??= new Unread(directory, error.Message);
        }

        if (first is not null) unread?.Add(first);
        return [.. sessions.OrderBy(row => row.Session.LoginTime).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => row.Session)];
    }

    private static bool IsLogin(ReadOnlySpan<byte> kind) => kind.IsEmpty || kind.SequenceEqual("user"u8)
        || kind.SequenceEqual("user-early"u8) || kind.SequenceEqual("user-light"u8)
        || kind.SequenceEqual("user-early-light"u8);

    private static bool IsGraphical(ReadOnlySpan<byte> type) => type.SequenceEqual("x11"u8)
        || type.SequenceEqual("wayland"u8) || type.SequenceEqual("mir"u8) || type.SequenceEqual("web"u8);

    private static bool IsSessionId(string name) => name.Length > 0 && name.All(char.IsAsciiLetterOrDigit);

    private sealed class Fields
    {
        public byte[] User { get; private set; } = [];
        public byte[] Class { get; private set; } = [];
        public byte[] State { get; private set; } = [];
        public byte[] Type { get; private set; } = [];
        public byte[] Terminal { get; private set; } = [];
        public byte[] Display { get; private set; } = [];
        public byte[] Service { get; private set; } = [];
        public long Realtime { get; private set; }
        public SessionScope Scope { get; private set; }

        public static Fields Read(ReadOnlySpan<byte> content)
        {
            var fields = new Fields();
            while (EnvironmentFile.TryReadNext(ref content, out var key, out var value)) fields.Set(key, value);
            return fields;
        }

        private void Set(ReadOnlySpan<byte> key, byte[] value)
        {
            if (value.Length > MaxTextBytes || value.Contains((byte)0)) return;
            if (key.SequenceEqual("USER"u8)) User = value;
            else if (key.SequenceEqual("CLASS"u8)) Class = value;
            else if (key.SequenceEqual("STATE"u8)) State = value;
            else if (key.SequenceEqual("TYPE"u8)) Type = value;
            else if (key.SequenceEqual("TTY"u8)) Terminal = WithoutDevice(value);
            else if (key.SequenceEqual("DISPLAY"u8)) Display = value;
            else if (key.SequenceEqual("SERVICE"u8)) Service = value;
            else if (key.SequenceEqual("REALTIME"u8)) Realtime = Number(value);
            else if (key.SequenceEqual("UID"u8)) Scope = Scope with { UserId = Number(value) };
            else if (key.SequenceEqual("SCOPE"u8)) Scope = Scope with { Unit = Encoding.Latin1.GetString(value) };
        }

        private static byte[] WithoutDevice(byte[] line) =>
            line.AsSpan().StartsWith("/dev/"u8) ? line["/dev/"u8.Length..] : line;

        private static long Number(ReadOnlySpan<byte> text) =>
            long.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) ? number : 0;
    }
}
