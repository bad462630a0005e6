using System.Runtime.InteropServices;
using System.Text;

namespace Rwho.Tests.Node.Spool;

/// <summary>A spool file by its layout, field by field, apart from the program's own constants.</summary>
internal sealed record SpoolRecord(string Host)
{
    public static readonly int Now = (int)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Seconds since it was sent and received.</summary>
    public int Age { get; init; }

    public int UptimeSeconds { get; init; } = 3600;

    /// <summary>Of 1, 5 and 15 minutes, times 100.</summary>
    public (int One, int Five, int Fifteen) Load { get; init; } = (25, 50, 75);

    public (string Line, string Name, int Idle)[] Users { get; init; } = [];

    public byte[] ToBytes()
    {
        var bytes = new byte[60 + 24 * Users.Length];
        bytes[0] = 1;
        bytes[1] = 1;
        Write(4, Now - Age);
        Write(8, Now - Age);
        Encoding.ASCII.GetBytes(Host).CopyTo(bytes, 12);
        Write(44, Load.One);
        Write(48, Load.Five);
        Write(52, Load.Fifteen);
        Write(56, Now - Age - UptimeSeconds);
        for (var i = 0; i < Users.Length; i++)
        {
            var entry = 60 + 24 * i;
            Encoding.ASCII.GetBytes(Users[i].Line).CopyTo(bytes, entry);
            Encoding.ASCII.GetBytes(Users[i].Name).CopyTo(bytes, entry + 8);
            Write(entry + 16, Now - 600);
            Write(entry + 20, Users[i].Idle);
        }

        return bytes;

        void Write(int offset, int value) => MemoryMarshal.Write(bytes.AsSpan(offset), value);
    }
}
