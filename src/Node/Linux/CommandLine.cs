using System.Text;

namespace Rwho.Node.Linux;

/// <summary>The command this process was started with; .NET's own arguments lack the name it was called by.</summary>
public static class CommandLine
{
    private const int MaxBytes = 1 << 22;

    /// <summary>
    /// The strings of /proc/self/cmdline as bytes, the called name first. Empty when it cannot be read.
    /// </summary>
    public static List<byte[]> Read() =>
        SmallFile.TryRead("/proc/self/cmdline", MaxBytes, out var content) ? Split(content) : [];

    /// <summary>The name this process was called by: a link's, if it was called by one; empty if unknown.</summary>
    public static string Name() => Read() is [var name, ..] ? Encoding.UTF8.GetString(name) : "";

    /// <summary>Splits NUL-terminated strings; empty ones count, a last one may lack its NUL.</summary>
    public static List<byte[]> Split(ReadOnlySpan<byte> content)
    {
        var strings = new List<byte[]>();
        while (!content.IsEmpty)
        {
            var length = content.IndexOf((byte)0);
            strings.Add((length < 0 ? content : content[..length]).ToArray());
            content = length < 0 ? [] : content[(length + 1)..];
        }
        return strings;
    }

    /// <summary>
    /// The file this process executes. When it was replaced by an upgrade, the path it had (where the new file is).
    /// </summary>
    public static string Executable()
    {
        const string self = "/proc/self/exe";
        const string deleted = " (deleted)";
        var target = new FileInfo(self).LinkTarget ?? Environment.ProcessPath ?? self;
        return target.EndsWith(deleted, StringComparison.Ordinal) ? target[..^deleted.Length] : target;
    }

    /// <summary>Bytes of a string for the kernel.</summary>
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
