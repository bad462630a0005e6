using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rwho.Actors.Udp;
using Rwho.Node.Linux;

namespace Rwho.Node.Recording;

/// <summary>
/// The file of a recording, open and locked. Only what is a recording already is replaced, and an empty file; never
/// what a symbolic link points to.
/// </summary>
internal sealed class RecordFile
{
    private const uint Mode = 0x180; // 0600: who is logged in where is nobody's business

    private const string Elsewhere = "name another file with --record";
    private const string IsLink = "it is a symbolic link, which is not followed";
    private const string IsNoFile = "it is no regular file";
    private const string IsForeign = "it is there already, and is no recording of rwhod's";

    private readonly Libc.FileEntry entry;

    private RecordFile(string path, FileStream content, Libc.FileEntry entry)
    {
        Path = path;
        Content = content;
        this.entry = entry;
    }

    public string Path { get; }

    /// <summary>At its beginning; an earlier recording is still in it.</summary>
    public FileStream Content { get; }

    /// <summary>Opens the file, or makes it, for its owner alone.</summary>
    /// <exception cref="ExitException">It cannot be had, or is not to be replaced.</exception>
    public static RecordFile Open(string path)
    {
        const int Flags = Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NONBLOCK;
        var file = Libc.Open(path, Flags | Libc.O_CREAT | Libc.O_EXCL, Mode);
        var isThere = file < 0 && Marshal.GetLastPInvokeError() == Libc.EEXIST;
        if (isThere && OddKind(path) is { } odd) throw Refused(path, odd, Elsewhere);
        if (isThere) file = Libc.Open(path, Flags, 0);
        if (file < 0) throw Failure(path);
        var content = new FileStream(
            new SafeFileHandle(file, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        try
        {
            return new RecordFile(path, content, Own(path, file, content));
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Whether this file is the one at the path: not so when it was moved away.</summary>
    public bool IsAt(string path) =>
        path == Path && Libc.StatusOf(path, out var there) == 0 && there.IsSame(entry);

    /// <summary>What would become of the path, in words; changes nothing.</summary>
    public static string Describe(string path)
    {
        if (Libc.StatusOf(path, out _) != 0)
        {
            return Marshal.GetLastPInvokeError() != Libc.ENOENT ? $"cannot be looked at: {Libc.LastErrorText()}"
                : Directory.Exists(System.IO.Path.GetDirectoryName(path)) ? "to be made"
                : "cannot be made: its directory does not exist";
        }

        if (OddKind(path) is { } odd) return $"refused: {odd}";
        Span<byte> header = stackalloc byte[PcapFile.HeaderBytes];
        return !SmallFile.TryRead(path, header, out var length) ? $"not readable as {Environment.UserName}"
            : length == 0 || PcapFile.IsOwnHeader(header[..length]) ? "to be replaced"
            : $"refused: {IsForeign}";
    }

    private static string? OddKind(string path) =>
        Libc.StatusOf(path, out var entry) != 0 || entry.IsFile ? null : entry.IsLink ? IsLink : IsNoFile;

    // The file that was opened must be the one that is at the path itself: no link that was put there meanwhile.
    private static Libc.FileEntry Own(string path, int file, FileStream content)
    {
        if (Libc.StatusOf(file, out var opened) != 0 || Libc.StatusOf(path, out var there) != 0) throw Failure(path);
        if (!opened.IsFile || !there.IsSame(opened)) throw Refused(path, IsNoFile, Elsewhere);
        // A file system without locks cannot tell.
        if (Libc.LockFile(file, Libc.F_TLOCK, 0) != 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EACCES)
            throw Refused(path, "another rwhod records there", Elsewhere);
        Span<byte> header = stackalloc byte[PcapFile.HeaderBytes];
        var length = RandomAccess.Read(content.SafeFileHandle, header, 0);
        if (length > 0 && !PcapFile.IsOwnHeader(header[..length]))
            throw Refused(path, IsForeign, $"move it away, or {Elsewhere}");
        return opened;
    }

    private static ExitException Failure(string path) => Marshal.GetLastPInvokeError() switch
    {
        Libc.EACCES or Libc.EPERM or Libc.EROFS => new ExitException(ExitStatus.NotPermitted,
            $"cannot record to {path}: not permitted; let {Environment.UserName} write there, or {Elsewhere}"),
        _ => Refused(path, Libc.LastErrorText(), $"mend that, or {Elsewhere}"),
    };

    private static ExitException Refused(string path, string why, string advice) =>
        new(ExitStatus.InputOutput, $"cannot record to {path}: {why}; {advice}");
}
