using System.Runtime.InteropServices;
using Rwho.Actors.Spool;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Spool;

/// <summary>
/// A spool on disk. Readers never see a file half written: each is written aside and renamed. A symbolic link that
/// stands for the directory at the start is followed once; one that takes its place later is not.
/// </summary>
/// <remarks>
/// The directory is opened for each file, so that what is checked is what is written to, and nothing keeps an operator
/// from unmounting it.
/// </remarks>
public sealed class SpoolDirectory : ISpoolDirectory
{
    public const string SystemPath = "/var/spool/rwho";

    // Not whod.*, which readers pick up; the number keeps two daemons that share a spool by mistake apart.
    private const string AsidePrefix = ".rwhod.";

    private const uint DirectoryMode = 0x1ed; // 755
    private const uint FileMode = 0x1a4; // 644

    private readonly string directory;
    private readonly string aside = $"{AsidePrefix}{Environment.ProcessId}.tmp";
    private Identity? known;

    public SpoolDirectory(string directory) =>
        this.directory = Followed(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));

    /// <summary>
    /// Makes sure that files can be written here, and clears away what a killed daemon left half written.
    /// </summary>
    /// <exception cref="IOException">It does not exist and cannot be made, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">Not permitted.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, AsidePrefix + "*.tmp")) File.Delete(left);
        var trial = Path.Combine(directory, aside);
        File.OpenHandle(trial, System.IO.FileMode.CreateNew, FileAccess.Write).Dispose();
        File.Delete(trial);
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

    public bool IsAnother()
    {
        var before = known;
        known = null;
        try
        {
            Open().Dispose();
            return known != before;
        }
        catch (SpoolException)
        {
            known = before;
            throw;
        }
    }

    public bool Holds(IReadOnlySet<HostName> hosts) =>
        Directory.EnumerateFiles(directory, SpoolFile.Prefix + "*").Count(path =>
            HostName.TryParse(Path.GetFileName(path)[SpoolFile.Prefix.Length..], out var host)
            && hosts.Contains(host)) == hosts.Count;

    public void Write(HostName host, ReadOnlySpan<byte> content)
    {
        using var place = Open();
        try
        {
            WriteAside(place, content);
            var name = SpoolFile.NameOf(host);
            if (Libc.RenameAt(place.File, aside, place.File, name) != 0) throw SpoolFault.OfFile(directory, name);
        }
        catch (SpoolException)
        {
            _ = Libc.UnlinkAt(place.File, aside, 0);
            throw;
        }
    }

    public void Delete(HostName host)
    {
        using var place = Open();
        var name = SpoolFile.NameOf(host);
        if (Libc.UnlinkAt(place.File, name, 0) != 0 && Marshal.GetLastPInvokeError() != Libc.ENOENT)
            throw SpoolFault.OfFile(directory, name);
    }

    private unsafe void WriteAside(Descriptor place, ReadOnlySpan<byte> content)
    {
        using var file = CreateAside(place);
        fixed (byte* bytes = content)
        {
            for (var written = 0; written < content.Length;)
            {
                var count = Libc.Write(file.File, bytes + written, (nuint)(content.Length - written));
                if (count > 0) written += (int)count;
                else if (count == 0 || Marshal.GetLastPInvokeError() != Libc.EINTR) throw SpoolFault.OfAll(directory);
            }
        }

        // Some file systems tell only now that there was no room.
        if (!file.TryClose()) throw SpoolFault.OfAll(directory);
    }

    // Created anew, so it is never somebody else's file or a symbolic link to one.
    private Descriptor CreateAside(Descriptor place)
    {
        var file = Create();
        if (file < 0 && Marshal.GetLastPInvokeError() == Libc.EEXIST && Libc.UnlinkAt(place.File, aside, 0) == 0)
            file = Create();
        return file >= 0 ? new Descriptor(file) : throw SpoolFault.OfAll(directory);

        int Create() => Libc.OpenAt(
            place.File, aside, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, FileMode);
    }

    /// <summary>The directory: made again where it is gone, and the one that is known where one is.</summary>
    private Descriptor Open()
    {
        var flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
        var file = Libc.Open(directory, flags, 0);
        if (file < 0 && Marshal.GetLastPInvokeError() == Libc.ENOENT)
            file = Libc.MakeDirectory(directory, DirectoryMode) == 0 ? Libc.Open(directory, flags, 0)
                : throw SpoolFault.Gone(directory);
        if (file < 0) throw SpoolFault.OfAll(directory);
        var place = new Descriptor(file);
        if (Libc.StatusOf(file, out var entry) == 0 && IsKnown(new Identity(entry))) return place;
        place.Dispose();
        throw new SpoolException($"{directory} was replaced in this moment", isWhole: true);
    }

    private bool IsKnown(Identity found) => (known ??= found) == found;

    private static string Followed(string path)
    {
        try
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target
                ? Path.TrimEndingDirectorySeparator(target.FullName) : path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    /// <summary>
    /// What tells a directory from all others, also from one that is made later and gets its number: when it was made.
    /// </summary>
    private readonly record struct Identity(ulong Device, ulong Inode, long Seconds, uint Nanoseconds)
    {
        public Identity(Libc.FileEntry entry)
            : this(entry.Device, entry.Inode, entry.BirthSeconds, entry.BirthNanoseconds)
        {
        }
    }

    private sealed class Descriptor(int file) : IDisposable
    {
        private bool isClosed;

        public int File => file;

        public bool TryClose()
        {
            if (isClosed) return true;
            isClosed = true;
            return Libc.Close(file) == 0;
        }

        public void Dispose() => TryClose();
    }
}
