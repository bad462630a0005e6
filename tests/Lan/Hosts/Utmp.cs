using System.Text;

namespace Rwho.Tests.Lan;

/// <summary>A user at a terminal such as "pts/0".</summary>
public sealed record Login(string User, string Line, DateTimeOffset Since, TimeSpan Idle);

/// <summary>The classic record of who is logged in: struct utmp of 64-bit Linux.</summary>
internal static class Utmp
{
    private const string File = "/run/utmp";
    private const short UserProcess = 7;
    private const int PidOffset = 4;
    private const int LineOffset = 8;
    private const int LineSize = 32;
    private const int IdOffset = LineOffset + LineSize;
    private const int UserOffset = IdOffset + 4;
    private const int UserSize = 32;
    private const int TimeOffset = 340;
    private const int Size = 384;

    public static void Write(LanHost host, IReadOnlyList<Login> logins)
    {
        byte[] bytes = new byte[logins.Count * Size];
        for (int i = 0; i < logins.Count; i++)
        {
            Login login = logins[i];
            Span<byte> entry = bytes.AsSpan(i * Size, Size);
            BitConverter.TryWriteBytes(entry, UserProcess);
            BitConverter.TryWriteBytes(entry[PidOffset..], 1);
            Encoding.Latin1.GetBytes(login.Line, entry.Slice(LineOffset, LineSize));
            BitConverter.TryWriteBytes(entry[IdOffset..], i + 1);
            Encoding.Latin1.GetBytes(login.User, entry.Slice(UserOffset, UserSize));
            BitConverter.TryWriteBytes(entry[TimeOffset..], (int)login.Since.ToUnixTimeSeconds());
            string terminal = host.PathOf($"/dev/{login.Line}");
            if (login.Line.StartsWith("pts/", StringComparison.Ordinal))
            {
                System.IO.File.WriteAllText(terminal, "");
                System.IO.File.SetLastAccessTimeUtc(terminal, DateTime.UtcNow - login.Idle);
            }
        }

        System.IO.File.WriteAllBytes(host.PathOf(File), bytes);
    }
}
