using System.Runtime.InteropServices;
using System.Text;

namespace Rwho.Node.Linux;

/// <summary>A system account, as getpwnam_r(3) finds it.</summary>
/// <param name="Name">The login name.</param>
/// <param name="UserId">The numeric user.</param>
/// <param name="GroupId">The numeric primary group.</param>
/// <param name="Home">The home directory; may not exist.</param>
public sealed record Account(string Name, uint UserId, uint GroupId, string Home)
{
    private const int FirstBufferBytes = 1024;
    private const int LastBufferBytes = 1 << 20;

    /// <summary>Looks an account up by name. False when there is none, or the system's account sources fail.</summary>
    public static unsafe bool TryFind(string name, out Account account)
    {
        account = null!;
        if (name.Length == 0 || name.Contains('\0')) return false;
        for (var size = FirstBufferBytes; size <= LastBufferBytes; size *= 2)
        {
            var buffer = new byte[size];
            fixed (byte* start = buffer)
            {
                Libc.PasswordEntry entry;
                Libc.PasswordEntry* found = null;
                var error = Libc.GetAccountByName(name, &entry, start, (nuint)size, &found);
                if (error == Libc.ERANGE) continue;
                if (error != 0 || found is null) return false;
                account = new Account(name, entry.UserId, entry.GroupId, Text(entry.Home));
                return true;
            }
        }
        return false;
    }

    private static unsafe string Text(byte* text) => text is null
        ? ""
        : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
