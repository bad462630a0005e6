using System.Buffers.Binary;
using System.Text;
using static Rwho.Protocol.WhodLayout;

namespace Rwho.Protocol;

/// <summary>One logged-in user of a host.</summary>
/// <param name="Line">The terminal below <c>/dev</c>, eight bytes as on the wire, big-endian.</param>
/// <param name="Name">The user's name, eight bytes as on the wire, big-endian.</param>
/// <param name="LoginTime">Seconds since 1970, modulo 2^32.</param>
/// <param name="IdleSeconds">Since the terminal was last read from; signed, as sent.</param>
public readonly record struct WhodEntry(ulong Line, ulong Name, uint LoginTime, int IdleSeconds)
{
    /// <summary>An hour: users idle so long are not counted or shown without <c>-a</c>.</summary>
    public const int IdleHour = 3600;

    /// <summary>An entry from text; what is longer than eight bytes is cut, as every sender does.</summary>
    public static WhodEntry Create(string line, string name, uint loginTime, int idleSeconds) =>
        new(Pack(Encoding.Latin1.GetBytes(line)), Pack(Encoding.Latin1.GetBytes(name)), loginTime, idleSeconds);

    /// <summary>Up to eight bytes of a line or a name, padded with NULs, as the number that the record keeps.</summary>
    public static ulong Pack(ReadOnlySpan<byte> text)
    {
        Span<byte> padded = stackalloc byte[EntryTextBytes];
        padded.Clear();
        text[..Math.Min(text.Length, EntryTextBytes)].CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    /// <summary>The reverse: writes the bytes before the first NUL, whatever they are.</summary>
    /// <param name="text">At least eight bytes.</param>
    /// <returns>How many they are, 0..8.</returns>
    public static int Unpack(ulong packed, Span<byte> text)
    {
        var cut = PackedText.CutAtNul(packed);
        BinaryPrimitives.WriteUInt64BigEndian(text, cut);
        return PackedText.LengthOf(cut);
    }

    /// <summary>The line for people: up to eight printable characters.</summary>
    public string LineText => Text(Line);

    /// <summary>The user name for people: up to eight printable characters.</summary>
    public string NameText => Text(Name);

    /// <summary>Reads the 24 bytes of an entry in network byte order.</summary>
    public static WhodEntry Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt64BigEndian(entry[EntryLineOffset..]),
        BinaryPrimitives.ReadUInt64BigEndian(entry[EntryNameOffset..]),
        BinaryPrimitives.ReadUInt32BigEndian(entry[EntryLoginTimeOffset..]),
        ReadIdle(entry));

    /// <summary>The idle time alone of the 24 bytes of an entry in network byte order.</summary>
    internal static int ReadIdle(ReadOnlySpan<byte> entry) =>
        BinaryPrimitives.ReadInt32BigEndian(entry[EntryIdleOffset..]);

    /// <summary>Writes the 24 bytes of an entry in network byte order.</summary>
    public void Write(Span<byte> entry)
    {
        BinaryPrimitives.WriteUInt64BigEndian(entry[EntryLineOffset..], Line);
        BinaryPrimitives.WriteUInt64BigEndian(entry[EntryNameOffset..], Name);
        BinaryPrimitives.WriteUInt32BigEndian(entry[EntryLoginTimeOffset..], LoginTime);
        BinaryPrimitives.WriteInt32BigEndian(entry[EntryIdleOffset..], IdleSeconds);
    }

    private static string Text(ulong packed)
    {
        Span<byte> bytes = stackalloc byte[EntryTextBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, packed);
        return PrintableText.OfField(bytes);
    }
}
