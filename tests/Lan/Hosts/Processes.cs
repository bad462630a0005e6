using System.Globalization;

namespace Rwho.Tests.Lan;

/// <summary>The machine's process table, read from /proc.</summary>
public static class Processes
{
    /// <summary>The living processes of a process namespace; zombies do not count.</summary>
    public static IEnumerable<int> In(string processNamespace) =>
        All().Where(pid => NamespaceOf(pid, "pid") == processNamespace && IsAlive(pid));

    /// <summary>The only child of a process, or null.</summary>
    public static int? ChildOf(int parent)
    {
        string suffix = parent.ToString(CultureInfo.InvariantCulture);
        foreach (int pid in All())
        {
            if (StatField(pid, 1) == suffix)
                return pid;
        }

        return null;
    }

    public static bool IsAlive(int pid) => StatField(pid, 0) is not (null or "Z" or "X");

    /// <summary>The session a process belongs to.</summary>
    public static int? SessionOf(int pid) =>
        StatField(pid, 3) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The file a process runs; null when it is gone.</summary>
    public static string? ExecutableOf(int pid) =>
        TryRead(() => File.ResolveLinkTarget($"/proc/{pid}/exe", false)?.FullName);

    /// <summary>Such as "pid:[4026532000]"; empty when the process is gone.</summary>
    public static string NamespaceOf(int pid, string kind) =>
        TryRead(() => new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget) ?? "";

    /// <summary>One value of /proc/PID/task/TID/status for each thread.</summary>
    public static IReadOnlyList<string> StatusOfThreads(int pid, string field) =>
    [
        .. Directory.GetDirectories($"/proc/{pid}/task")
            .Select(task => TryRead(() => File.ReadAllLines($"{task}/status")))
            .OfType<string[]>()
            .Select(lines => lines.First(line => line.StartsWith($"{field}:", StringComparison.Ordinal)))
            .Select(line => line[(field.Length + 1)..].Trim()),
    ];

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid > 0);

    /// <summary>Field of /proc/PID/stat, counted from the state, which follows the name in brackets.</summary>
    private static string? StatField(int pid, int index)
    {
        string? line = TryRead(() => File.ReadAllText($"/proc/{pid}/stat"));
        return line?[(line.LastIndexOf(')') + 2)..].Split(' ')[index];
    }

    private static T? TryRead<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
