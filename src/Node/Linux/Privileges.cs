using System.Collections;

namespace Rwho.Node.Linux;

/// <summary>Why privileges could not be given up: one line for the operator, with advice.</summary>
public sealed class PrivilegesException(string message) : Exception(message);

/// <summary>
/// Gives up root for good: the process executes itself again as another user, with CAP_NET_BIND_SERVICE as the only
/// capability it has or can ever get.
/// </summary>
public static unsafe class Privileges
{
    /// <summary>The environment variable that marks a process as executed again; its value is the user's
    /// name.</summary>
    public const string Marker = "RWHOD_DROPPED";

    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    /// <summary>
    /// What the new program reads: where programs are, language and time, .NET's settings, the service manager's, its
    /// own.
    /// </summary>
    private static readonly string[] KeptVariables =
    [
        "PATH", "TMPDIR", "LANG", "LANGUAGE", "TZ", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "JOURNAL_STREAM",
        "INVOCATION_ID",
    ];

    private static readonly string[] KeptPrefixes = ["LC_", "DOTNET_", "RWHOD_"];

    /// <summary>Whether the process runs as root.</summary>
    public static bool IsRoot => Libc.EffectiveUserId() == 0;

    /// <summary>
    /// Executes this process again as <paramref name="account"/>: same command line, same process id, same standard
    /// streams and no other descriptor; supplementary groups are the account's. Does not return, except at once when
    /// the process is not root. Where CAP_NET_BIND_SERVICE is not to be had (a container that withholds it) it goes on
    /// without. Call it first in Main, before threads and sockets: nothing of the old program is left running or open.
    /// </summary>
    /// <exception cref="PrivilegesException">
    /// The account is root; the change was refused; the program may not be executed by the account. The process may
    /// have given up a part of its privileges by then and should end.
    /// </exception>
    public static void DropTo(Account account)
    {
        if (!IsRoot) return;
        if (account.UserId == 0)
            throw new PrivilegesException($"user {account.Name} is root as well: name another with -u");
        if (Environment.GetEnvironmentVariable(Marker) is not null)
        {
            throw new PrivilegesException(
                $"still root after changing user, or {Marker} is set in root's environment: unset it");
        }

        // Read before the change: afterwards /proc/self belongs to root.
        var path = CommandLine.Executable();
        var arguments = CommandLine.Read();
        if (arguments.Count == 0) throw new PrivilegesException("cannot read /proc/self/cmdline: mount /proc");
        RemoveDiagnosticSockets();
        CloseWhenExecuted();
        ChangeUser(account);
        Execute(path, arguments, EnvironmentFor(account), account);
    }

    /// <summary>Looks the user up and drops to it; see <see cref="DropTo(Account)"/>.</summary>
    /// <exception cref="PrivilegesException">Also when there is no such user.</exception>
    public static void DropTo(string user)
    {
        if (!IsRoot) return;
        if (!Account.TryFind(user, out var account))
            throw new PrivilegesException($"no user {user} on this system: create it, or name another with -u");
        DropTo(account);
    }

    /// <summary>
    /// The environment for the new program: HOME, USER, LOGNAME are the account's, the marker is set; of root's, which
    /// may hold secrets, only what the program reads. .NET's diagnostic socket, by which any process of the same user
    /// can run code in this one, is off unless root asked for it.
    /// </summary>
    public static List<byte[]> EnvironmentFor(Account account)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (IsKept((string)variable.Key)) variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        variables.TryAdd(Diagnostics, "0");
        variables["HOME"] = account.Home;
        variables["USER"] = account.Name;
        variables["LOGNAME"] = account.Name;
        variables[Marker] = account.Name;
        return [.. variables.Select(variable => CommandLine.Bytes($"{variable.Key}={variable.Value}"))];
    }

    private static bool IsKept(string variable) => KeptVariables.Contains(variable)
        || KeptPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>
    /// The order matters: the bounding set needs CAP_SETPCAP, groups and users need root, and no capability but the
    /// kept one is left after <see cref="Capabilities.TrySet"/>.
    /// </summary>
    private static void ChangeUser(Account account)
    {
        int? kept = Capabilities.Has(Capabilities.NetBindService) ? Capabilities.NetBindService : null;
        Capabilities.BoundTo(Capabilities.NetBindService);
        Require(Libc.InitializeGroups(account.Name, account.GroupId) == 0, "set the groups of", account);
        Require(Libc.SetGroupIds(account.GroupId, account.GroupId, account.GroupId) == 0, "take the group of", account);
        Require(Capabilities.TryKeepAcrossUsers(), "keep a capability for", account);
        Require(Libc.SetUserIds(account.UserId, account.UserId, account.UserId) == 0, "become", account);
        Require(Capabilities.TrySet(kept), "limit the capabilities of", account);
        if (kept is int capability) _ = Capabilities.TryRaiseAmbient(capability);
        Require(Capabilities.TryForbidNewPrivileges(), "forbid new privileges to", account);
    }

    private static void Require(bool isDone, string what, Account account)
    {
        if (isDone) return;
        throw new PrivilegesException($"cannot {what} user {account.Name}: {Libc.LastErrorText()}; "
            + "start it as root with CAP_SETUID and CAP_SETGID, or as that user");
    }

    /// <summary>
    /// Whatever else whoever started root's process left open, such as a file that only root may read.
    /// </summary>
    private static void CloseWhenExecuted()
    {
        const int StandardError = 2;
        try
        {
            foreach (var path in Directory.GetFileSystemEntries("/proc/self/fd"))
            {
                if (int.TryParse(Path.GetFileName(path), out var file) && file > StandardError)
                    _ = Libc.FileControl(file, Libc.F_SETFD, Libc.FD_CLOEXEC);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivilegesException($"cannot tell which files are open: {error.Message}");
        }
    }

    private static void Execute(string path, List<byte[]> arguments, List<byte[]> environment, Account account)
    {
        using var program = new NativeStrings([CommandLine.Bytes(path)]);
        using var argumentStrings = new NativeStrings(arguments);
        using var environmentStrings = new NativeStrings(environment);
        _ = Libc.Execute(*program.Pointer, argumentStrings.Pointer, environmentStrings.Pointer);
        throw new PrivilegesException($"user {account.Name} cannot execute {path}: {Libc.LastErrorText()}; "
            + "install it where that user may read and search every directory, such as /usr/sbin");
    }

    /// <summary>
    /// The runtime's diagnostic sockets are named by process id and start time, which the new program shares, and it
    /// could not replace root's.
    /// </summary>
    private static void RemoveDiagnosticSockets()
    {
        try
        {
            var id = Environment.ProcessId;
            var directory = Path.GetTempPath();
            foreach (var pattern in (string[])[$"dotnet-diagnostic-{id}-*-socket", $"clr-debug-pipe-{id}-*"])
            {
                foreach (var path in Directory.EnumerateFiles(directory, pattern)) File.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Debuggers will not find the process; nothing else is lost.
        }
    }
}
