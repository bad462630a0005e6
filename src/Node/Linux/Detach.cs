using System.Diagnostics;

namespace Rwho.Node.Linux;

/// <summary>
/// <c>--detach</c>: the command returns once the daemon listens, and the daemon goes on in a session of its own. The
/// parent starts the program again and waits for a line on its standard output, which is a pipe; whatever else the
/// child prints there is passed on, and its standard error is the parent's.
/// </summary>
public static class Detach
{
    /// <summary>The option that asks for it; left out of the child's command line.</summary>
    public const string Option = "--detach";

    /// <summary>The environment variable that marks the child.</summary>
    public const string Marker = "RWHOD_DETACHED";

    /// <summary>The line by which the child says that it listens.</summary>
    internal const string ReadyLine = "\u0006rwhod listens";

    private const string NullDevice = "/dev/null";

    /// <summary>Whether this process is the daemon that a parent started and waits for.</summary>
    public static bool IsDetachedChild => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>
    /// Starts this program again and waits until it listens, or ends. Without a time limit: a daemon that neither
    /// listens nor ends is seen by whoever waits.
    /// </summary>
    /// <param name="args">The arguments of Main.</param>
    /// <returns>0 when the daemon listens; else its exit status, and 71 (EX_OSERR) when it could not be
    /// started.</returns>
    public static int Parent(string[] args)
    {
        var called = CommandLine.Read();
        var start = new ProcessStartInfo(CommandLine.Executable());
        var prefix = called.Skip(1).Take(Math.Max(0, called.Count - 1 - args.Length));
        foreach (var argument in prefix) start.ArgumentList.Add(System.Text.Encoding.UTF8.GetString(argument));
        foreach (var argument in WithoutOption(args)) start.ArgumentList.Add(argument);
        return Parent(start, Console.Out, Console.Error);
    }

    /// <summary>As <see cref="Parent(string[])"/>, for any command.</summary>
    internal static int Parent(ProcessStartInfo start, TextWriter output, TextWriter errors)
    {
        const int cannotStart = 71;
        start.Environment[Marker] = "1";
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        Process? child;
        try
        {
            child = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            errors.WriteLine($"rwhod: cannot start {start.FileName} again: {error.Message}");
            return cannotStart;
        }
        if (child is null) return cannotStart;
        using (child)
        {
            while (child.StandardOutput.ReadLine() is { } line)
            {
                if (line == ReadyLine) return 0;
                output.WriteLine(line);
            }
            child.WaitForExit();
            return child.ExitCode;
        }
    }

    /// <summary>The arguments without <c>--detach</c>, up to a <c>--</c>.</summary>
    public static List<string> WithoutOption(IReadOnlyList<string> args)
    {
        var kept = new List<string>();
        var isOver = false;
        foreach (var argument in args)
        {
            isOver |= argument == "--";
            var isOption = argument == Option || argument.StartsWith(Option + "=", StringComparison.Ordinal);
            if (isOver || !isOption) kept.Add(argument);
        }
        return kept;
    }

    /// <summary>
    /// The child's half, to be called early: it leaves the terminal's session, so that no hang-up or Ctrl-C meant for
    /// the shell reaches it. Harmless when it has left already (after it was executed again as another user).
    /// </summary>
    public static void EnterOwnSession() => _ = Libc.NewSession();

    /// <summary>
    /// The child's half, to be called once it listens: lets the parent return, then points standard input, output and
    /// error at /dev/null. The marker goes, so that programs started later do not inherit it. False when there is no
    /// /dev/null; the streams then stay as they are.
    /// </summary>
    public static bool Ready()
    {
        Console.Out.Flush();
        Console.Out.WriteLine(ReadyLine);
        Console.Out.Flush();
        Environment.SetEnvironmentVariable(Marker, null);
        return PointStandardStreamsAt(NullDevice);
    }

    /// <summary>
    /// Descriptors above 2 that are copies of a standard stream follow: the framework's console writes to copies, and
    /// one left open would keep whoever reads the other end of a pipe waiting for the daemon to end.
    /// </summary>
    private static bool PointStandardStreamsAt(string path)
    {
        var streams = StandardStreamsAndCopies();
        var file = Libc.Open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        if (file < 0) return false;
        var isDone = true;
        foreach (var stream in streams) isDone &= Libc.Dup2(file, stream) == stream;
        if (!streams.Contains(file)) _ = Libc.Close(file);
        return isDone;
    }

    private static SortedSet<int> StandardStreamsAndCopies()
    {
        const string descriptors = "/proc/self/fd";
        var streams = new SortedSet<int> { 0, 1, 2 };
        if (!Directory.Exists(descriptors)) return streams;
        var targets = streams.Select(stream => Target($"{descriptors}/{stream}")).OfType<string>().ToHashSet();
        foreach (var entry in Directory.EnumerateFileSystemEntries(descriptors).ToList())
        {
            var isCopy = Target(entry) is { } target && targets.Contains(target);
            if (isCopy && int.TryParse(Path.GetFileName(entry), out var descriptor)) streams.Add(descriptor);
        }
        return streams;
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
