using System.Buffers.Binary;
using System.Text;

namespace Rwho.Tests.Lan;

/// <summary>
/// A whod datagram made by hand, independent of the program's own codec. Any of its rules can be broken.
/// </summary>
public sealed record Announcement(string Host)
{
    public const int HeaderSize = 60;
    public const int EntrySize = 24;
    private const int NameSize = 32;

    public byte Version { get; init; } = 1;

    public byte Type { get; init; } = 1;

    public uint SendTime { get; init; } = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public uint BootTime { get; init; } = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 86_461;

    /// <summary>Load x 100, for 1, 5 and 15 minutes.</summary>
    public (int One, int Five, int Fifteen) Load { get; init; } = (32, 21, 12);

    public IReadOnlyList<User> Users { get; init; } = [];

    /// <summary>What stands in the pad, the time of receipt and behind the name's NUL.</summary>
    public byte Filler { get; init; }

    /// <summary>Bytes after the last whole entry.</summary>
    public byte[] Tail { get; init; } = [];

    /// <summary>What a host said some time ago.</summary>
    public static Announcement Of(string host, int secondsAgo) =>
        new(host) { SendTime = (uint)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - secondsAgo) };

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeaderSize + (Users.Count * EntrySize) + Tail.Length];
        Span<byte> name = bytes.AsSpan(12, NameSize);
        bytes.AsSpan(2, 2).Fill(Filler);
        bytes.AsSpan(8, 4).Fill(Filler);
        name.Fill(Filler);
        byte[] letters = Encoding.Latin1.GetBytes(Host);
        letters.AsSpan(0, Math.Min(letters.Length, NameSize)).CopyTo(name);
        if (letters.Length < NameSize)
            name[letters.Length] = 0;
        bytes[0] = Version;
        bytes[1] = Type;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), SendTime);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(44), Load.One);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(48), Load.Five);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(52), Load.Fifteen);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(56), BootTime);
        for (int i = 0; i < Users.Count; i++)
            Users[i].WriteTo(bytes.AsSpan(HeaderSize + (i * EntrySize), EntrySize));
        Tail.CopyTo(bytes, bytes.Length - Tail.Length);
        return bytes;
    }
}

/// <summary>An entry of a datagram; line and name up to 8 bytes, without NUL when 8 long.</summary>
public sealed record User(string Line, string Name, uint LoginTime, int IdleSeconds)
{
    internal void WriteTo(Span<byte> entry)
    {
        Encoding.Latin1.GetBytes(Line, entry[..8]);
        Encoding.Latin1.GetBytes(Name, entry[8..16]);
        BinaryPrimitives.WriteUInt32BigEndian(entry[16..], LoginTime);
        BinaryPrimitives.WriteInt32BigEndian(entry[20..], IdleSeconds);
    }
}
