using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Rwho.Protocol;

/// <summary>
/// A host's name as it stands in a datagram: 1..31 bytes. Names are compared byte by byte, so <c>Alpha</c> and
/// <c>alpha</c> are two hosts.
/// </summary>
public readonly struct HostName : IEquatable<HostName>, IComparable<HostName>,
    IComparisonOperators<HostName, HostName, bool>
{
    /// <summary>The field in the datagram.</summary>
    public const int FieldBytes = 32;

    /// <summary>The longest name: the field's last byte is always taken as its end.</summary>
    public const int MaxBytes = FieldBytes - 1;

    // What Debian's rwhod refuses: space, controls, DEL, everything outside ASCII, and the path separator.
    private static readonly SearchValues<byte> Refused = SearchValues.Create(
        Enumerable.Range(0, 256).Where(b => b <= ' ' || b >= 0x7F || b == '/').Select(b => (byte)b).ToArray());

    private const int WordBytes = sizeof(ulong);

    // Big-endian words padded with zeros: comparing words compares bytes.
    private readonly ulong w0, w1, w2, w3;

    private HostName(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[FieldBytes];
        padded.Clear();
        bytes.CopyTo(padded);
        w0 = BinaryPrimitives.ReadUInt64BigEndian(padded);
        w1 = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]);
        w2 = BinaryPrimitives.ReadUInt64BigEndian(padded[16..]);
        w3 = BinaryPrimitives.ReadUInt64BigEndian(padded[24..]);
    }

    public bool IsEmpty => w0 == 0;

    /// <summary>The name in a field of up to 32 bytes, whatever they are: up to the first NUL, at most 31.</summary>
    public static HostName FromField(ReadOnlySpan<byte> field) => new(Cut(field));

    /// <summary>The name in a field, if a receiver may take it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, out HostName name, out Rejection rejection)
    {
        var bytes = Cut(field);
        rejection = bytes.IsEmpty ? Rejection.HostNameEmpty
            : bytes.ContainsAny(Refused) ? Rejection.HostNameCharacter
            : Rejection.None;
        name = rejection == Rejection.None ? new HostName(bytes) : default;
        return rejection == Rejection.None;
    }

    /// <summary>The name given as text, if it is one that a receiver takes as it stands: no cutting.</summary>
    public static bool TryParse(string text, out HostName name)
    {
        name = default;
        return text.Length <= MaxBytes && Ascii.IsValid(text)
            && TryRead(Encoding.ASCII.GetBytes(text), out name, out _) && name.Length == text.Length;
    }

    /// <summary>
    /// The name that a system with this host name announces: cut at the first dot, then to 31 bytes, as every rwhod
    /// does.
    /// </summary>
    public static bool TryFromSystem(string systemName, out HostName name)
    {
        var dot = systemName.IndexOf('.', StringComparison.Ordinal);
        var cut = dot < 0 ? systemName : systemName[..dot];
        return TryParse(cut.Length > MaxBytes ? cut[..MaxBytes] : cut, out name);
    }

    /// <summary>The bytes before the padding, 0..31.</summary>
    public int Length => w3 != 0 ? 3 * WordBytes + LengthOf(w3)
        : w2 != 0 ? 2 * WordBytes + LengthOf(w2)
        : w1 != 0 ? WordBytes + LengthOf(w1)
        : LengthOf(w0);

    /// <summary>Fills a field of 32 bytes: the name, then NULs.</summary>
    public void WriteTo(Span<byte> field)
    {
        BinaryPrimitives.WriteUInt64BigEndian(field, w0);
        BinaryPrimitives.WriteUInt64BigEndian(field[8..], w1);
        BinaryPrimitives.WriteUInt64BigEndian(field[16..], w2);
        BinaryPrimitives.WriteUInt64BigEndian(field[24..], w3);
    }

    /// <summary>The name for people and logs: bytes outside printable ASCII are <c>?</c>.</summary>
    public override string ToString()
    {
        Span<byte> field = stackalloc byte[FieldBytes];
        WriteTo(field);
        return PrintableText.Of(Cut(field));
    }

    public int CompareTo(HostName other)
    {
        var order = w0.CompareTo(other.w0);
        if (order == 0) order = w1.CompareTo(other.w1);
        if (order == 0) order = w2.CompareTo(other.w2);
        return order == 0 ? w3.CompareTo(other.w3) : order;
    }

    public bool Equals(HostName other) => w0 == other.w0 && w1 == other.w1 && w2 == other.w2 && w3 == other.w3;

    public override bool Equals(object? obj) => obj is HostName other && Equals(other);

    /// <summary>The same on every machine: gateways compare by it what they know.</summary>
    public ulong StableHash =>
        FoldedHash.Add(FoldedHash.Add(FoldedHash.Add(FoldedHash.Add(FieldBytes, w0), w1), w2), w3);

    public override int GetHashCode() => HashCode.Combine(w0, w1, w2, w3);

    public static bool operator ==(HostName left, HostName right) => left.Equals(right);

    public static bool operator !=(HostName left, HostName right) => !left.Equals(right);

    public static bool operator <(HostName left, HostName right) => left.CompareTo(right) < 0;

    public static bool operator >(HostName left, HostName right) => left.CompareTo(right) > 0;

    public static bool operator <=(HostName left, HostName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(HostName left, HostName right) => left.CompareTo(right) >= 0;

    private static int LengthOf(ulong word) => WordBytes - BitOperations.TrailingZeroCount(word) / 8;

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> field)
    {
        if (field.Length > MaxBytes) field = field[..MaxBytes];
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
