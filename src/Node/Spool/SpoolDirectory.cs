using Rwho.Actors.Spool;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Spool;

/// <summary>A spool on disk. Readers never see a file half written: each is written aside and renamed.</summary>
public sealed class SpoolDirectory : ISpoolDirectory
{
    public const string SystemPath = "/var/spool/rwho";

    // Not whod.*, which readers pick up; the number keeps two daemons that share a spool by mistake apart.
    private const string AsidePrefix = ".rwhod.";

    private readonly string directory;
    private readonly string aside;

    public SpoolDirectory(string directory)
    {
        this.directory = directory;
        aside = Path.Combine(directory, $"{AsidePrefix}{Environment.ProcessId}.tmp");
    }

    /// <summary>
    /// Makes sure that files can be written here, and clears away what a killed daemon left half written.
    /// </summary>
    /// <exception cref="IOException">It does not exist and cannot be made, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, AsidePrefix + "*.tmp")) File.Delete(left);
        using (OpenAside())
        {
        }

        File.Delete(aside);
    }

    public IEnumerable<(string FileName, byte[] Content)> ReadAll()
    {
        if (!Directory.Exists(directory)) yield break;
        var buffer = new byte[WhodLayout.MaxBytes];
        foreach (var path in Directory.EnumerateFiles(directory, SpoolFile.Prefix + "*"))
        {
            // Gone meanwhile, not readable or a pipe: no status.
            if (SmallFile.TryRead(path, buffer, out var length))
                yield return (Path.GetFileName(path), buffer[..length]);
        }
    }

    public void Write(HostName host, ReadOnlySpan<byte> content)
    {
        try
        {
            using (var file = OpenAside()) RandomAccess.Write(file, content, 0);
            File.Move(aside, PathOf(host), overwrite: true);
        }
        catch
        {
            DeleteAside();
            throw;
        }
    }

    public void Delete(HostName host) => File.Delete(PathOf(host));

    // Created anew, so it is never somebody else's file or a symbolic link to one.
    private Microsoft.Win32.SafeHandles.SafeFileHandle OpenAside()
    {
        try
        {
            return File.OpenHandle(aside, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (IOException) when (File.Exists(aside))
        {
            File.Delete(aside);
            return File.OpenHandle(aside, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
    }

    private void DeleteAside()
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is told by the caller; the next write replaces the file.
        }
    }

    private string PathOf(HostName host) => Path.Combine(directory, SpoolFile.NameOf(host));
}
