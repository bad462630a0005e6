using System.Diagnostics;
using System.Runtime.InteropServices;
using Rwho.Node.Linux;

namespace Rwho.Tests.Node.Linux;

/// <summary>A fact that needs root's rights; elsewhere it is skipped, and says so. In CI it is never skipped.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    private static bool MustRun => Environment.GetEnvironmentVariable("CI") == "true";

    public RootFactAttribute()
    {
        if (!Privileges.IsRoot && !MustRun) Skip = "needs root";
    }
}

/// <summary>A fact that needs a network namespace of its own and ip(8).</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            Namespace.Run(() => Namespace.Ip("link set lo up"));
            return null;
        }
        catch (Exception error) when (error is IOException or System.ComponentModel.Win32Exception)
        {
            return $"needs a network namespace and ip(8): {error.Message}";
        }
    });

    public NamespaceFactAttribute() => Skip = Missing.Value!;
}

/// <summary>A network namespace without a name, which lives as long as the thread that made it.</summary>
internal static class Namespace
{
    private const int NewNetwork = 0x40000000;

    public static void Run(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0) throw new IOException(Libc.LastErrorText());
                work();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    public static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"ip {arguments}: {errors}");
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static extern int Unshare(int flags);
}

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rwho-test-").FullName;

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
