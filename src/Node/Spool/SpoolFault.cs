using System.Runtime.InteropServices;
using Rwho.Actors.Spool;
using Rwho.Node.Linux;

namespace Rwho.Node.Spool;

/// <summary>What keeps the spool from being written, by the last call's error, and what the operator can do.</summary>
internal static class SpoolFault
{
    /// <summary>The directory does not exist, and making it again failed.</summary>
    public static SpoolException Gone(string directory) => new(
        $"{directory} is gone and cannot be made again ({Libc.LastErrorText()}); make it: "
        + $"install -d -o {Environment.UserName} {directory}",
        isWhole: true);

    /// <summary>No file can be written.</summary>
    public static SpoolException OfAll(string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        var reason = Marshal.GetPInvokeErrorMessage(error);
        return new SpoolException(error switch
        {
            Libc.ENOSPC => $"{reason}; make room on the file system of {directory}",
            Libc.EDQUOT => $"{reason}; raise the quota of {Environment.UserName} at {directory}",
            Libc.EROFS => $"{reason}; mount the file system of {directory} writable: mount -o remount,rw",
            // A link that is not followed is ENOTDIR, since a directory was asked for.
            Libc.ELOOP or Libc.ENOTDIR => LinkOrFile(directory),
            Libc.EMFILE or Libc.ENFILE => $"{reason}; raise the limit of open files (LimitNOFILE)",
            Libc.EACCES or Libc.EPERM => $"{reason}; give {directory} to {Environment.UserName}",
            Libc.EIO => $"{reason}; see the kernel's log for what is wrong with the disk of {directory}",
            _ => $"{reason}; see to {directory}",
        }, isWhole: true);
    }

    /// <summary>Another file in place of this one, or one that only its owner may replace.</summary>
    public static SpoolException OfFile(string directory, string name)
    {
        var error = Marshal.GetLastPInvokeError();
        var reason = Marshal.GetPInvokeErrorMessage(error);
        return error switch
        {
            Libc.EISDIR or Libc.ENOTEMPTY or Libc.ENOTDIR => new SpoolException(
                $"a directory is in its place; remove {Path.Combine(directory, name)}", isWhole: false),
            Libc.EACCES or Libc.EPERM or Libc.EBUSY => new SpoolException(
                $"{reason}; see to {Path.Combine(directory, name)} (lsattr, mount)", isWhole: false),
            _ => OfAll(directory),
        };
    }

    private static string LinkOrFile(string directory) =>
        Libc.StatusOf(directory, out var entry) == 0 && entry.IsLink
            ? $"{directory} has become a symbolic link, which is not followed; put the directory back, "
              + "or send SIGHUP if the link is meant"
            : $"{directory} is no directory any more; put it back";
}
