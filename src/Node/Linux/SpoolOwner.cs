using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>Prepares, as root, the directories that the daemon writes as another user.</summary>
public static class SpoolOwner
{
    private const uint DirectoryMode = 0x1ed;
    private const uint GroupAndOthersWrite = 0x12;

    /// <summary>
    /// Makes the directory (mode 0755, with its parents) if it is missing and gives it to the account. What is there
    /// already stays whose it is: a name mistyped by root must not hand a directory over.
    /// </summary>
    /// <exception cref="PrivilegesException">It could not be made, or could not be given away.</exception>
    public static void Prepare(string directory, Account account)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var mask = Libc.SetUmask(GroupAndOthersWrite);
        try
        {
            if (!TryMake(path)) return;
        }
        finally
        {
            _ = Libc.SetUmask(mask);
        }

        if (Libc.ChangeOwner(path, account.UserId, account.GroupId) != 0)
            throw new PrivilegesException($"cannot give {path} to user {account.Name}: {Libc.LastErrorText()}");
    }

    private static bool TryMake(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { } parent) Directory.CreateDirectory(parent);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivilegesException($"cannot make {path}: {error.Message}");
        }

        if (Libc.MakeDirectory(path, DirectoryMode) == 0) return true;
        return Marshal.GetLastPInvokeError() == Libc.EEXIST
            ? false
            : throw new PrivilegesException($"cannot make {path}: {Libc.LastErrorText()}");
    }
}
