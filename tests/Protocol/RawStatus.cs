using System.Buffers.Binary;
using System.Text;

namespace Rwho.Tests.Protocol;

/// <summary>
/// A status as bytes put together by hand: the offsets are the protocol's, written out here again on purpose, so that a
/// mistake in the code's own layout has nothing to agree with.
/// </summary>
internal sealed record RawStatus
{
    public byte Version { get; init; } = 1;

    public byte Type { get; init; } = 1;

    public ushort Pad { get; init; }

    public uint Sent { get; init; }

    public uint Received { get; init; }

    public byte[] Name { get; init; } = "alpha"u8.ToArray();

    public int[] Load { get; init; } = [0, 0, 0];

    public uint Boot { get; init; }

    public RawEntry[] Entries { get; init; } = [];

    public byte[] Tail { get; init; } = [];

    /// <summary>The file's bytes when it is to be cut short or to grow by what does not matter.</summary>
    public int? Length { get; init; }

    public byte[] ToDatagram() => ToBytes(BinaryPrimitives.WriteUInt32BigEndian);

    public byte[] ToSpoolFile() => ToBytes((span, value) => BitConverter.TryWriteBytes(span, value));

    private byte[] ToBytes(Word write)
    {
        var bytes = new byte[60 + 24 * Entries.Length + Tail.Length];
        bytes[0] = Version;
        bytes[1] = Type;
        bytes[2] = (byte)(Pad >> 8);
        bytes[3] = (byte)Pad;
        write(bytes.AsSpan(4), Sent);
        write(bytes.AsSpan(8), Received);
        Name.AsSpan(0, Math.Min(Name.Length, 32)).CopyTo(bytes.AsSpan(12));
        for (var i = 0; i < 3; i++) write(bytes.AsSpan(44 + 4 * i), (uint)Load[i]);
        write(bytes.AsSpan(56), Boot);
        for (var i = 0; i < Entries.Length; i++)
        {
            var entry = bytes.AsSpan(60 + 24 * i, 24);
            Entries[i].Line.CopyTo(entry);
            Entries[i].User.CopyTo(entry[8..]);
            write(entry[16..], Entries[i].Login);
            write(entry[20..], (uint)Entries[i].Idle);
        }

        Tail.CopyTo(bytes.AsSpan(60 + 24 * Entries.Length));
        if (Length is { } length) Array.Resize(ref bytes, length);
        return bytes;
    }

    private delegate void Word(Span<byte> space, uint value);
}

/// <summary>An entry of up to eight bytes of line and user name each.</summary>
internal sealed record RawEntry(byte[] Line, byte[] User, uint Login, int Idle)
{
    public RawEntry(string line, string user, uint login = 0, int idle = 0)
        : this(Encoding.Latin1.GetBytes(line), Encoding.Latin1.GetBytes(user), login, idle)
    {
    }
}
