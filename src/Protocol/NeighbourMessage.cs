using System.Buffers.Binary;

namespace Rwho.Protocol;

/// <summary>
/// What nodes tell each other beside statuses: datagrams of version 1 and type 2, which every old receiver drops in
/// silence. Layout, in network byte order:
/// <code>
/// 0  version   1
/// 1  type      2
/// 2  subtype   1 record, 2 hello, 3 cookie, 4 board; further ones are for later versions, and are dropped
/// 3  extra     record: relays passed, at most 255;  hello: 1 when the whole board is wanted, else 0;  others: 0
/// record:  4  age in milliseconds, added up hop by hop (32 bits);  8  the host's own datagram, 60..1068 bytes
/// hello:   4  the cookie last received from there (64 bits), 0 for none;  12  four zero bytes
/// cookie:  4  the cookie that a hello has to bring back (64 bits)
/// board:   4  how many records follow (32 bits): the answer to a hello that brought the cookie and wants the board
/// </code>
/// A cookie is shorter than the hello that it answers: who forges a source gets nothing larger sent there.
/// </summary>
public static class NeighbourMessage
{
    public const byte Type = 2;

    public const int RecordHeaderBytes = 8;
    public const int HelloBytes = 16;
    public const int CookieBytes = 12;
    public const int BoardBytes = 8;

    /// <summary>The longest message: a record with a full status in it.</summary>
    public const int MaxBytes = RecordHeaderBytes + WhodLayout.MaxBytes;

    private const byte RecordSubtype = 1;
    private const byte HelloSubtype = 2;
    private const byte CookieSubtype = 3;
    private const byte BoardSubtype = 4;

    private const int SubtypeOffset = 2;
    private const int ExtraOffset = 3;
    private const int BodyOffset = 4;

    /// <summary>Whether this is for a node of ours: the rest may still be wrong.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= BodyOffset && bytes[WhodLayout.VersionOffset] == WhodLayout.Version
        && bytes[WhodLayout.TypeOffset] == Type;

    /// <param name="datagram">The host's own, not yet checked.</param>
    public static bool TryReadRecord(
        ReadOnlySpan<byte> bytes, out byte hops, out uint ageMilliseconds, out ReadOnlySpan<byte> datagram)
    {
        (hops, ageMilliseconds) = (0, 0);
        datagram = default;
        if (!Is(bytes) || bytes[SubtypeOffset] != RecordSubtype) return false;
        if (bytes.Length < RecordHeaderBytes + WhodLayout.HeaderBytes) return false;
        hops = bytes[ExtraOffset];
        ageMilliseconds = BinaryPrimitives.ReadUInt32BigEndian(bytes[BodyOffset..]);
        datagram = bytes[RecordHeaderBytes..];
        return true;
    }

    public static bool TryReadHello(ReadOnlySpan<byte> bytes, out ulong cookie, out bool wantsBoard)
    {
        (cookie, wantsBoard) = (0, false);
        if (!Is(bytes) || bytes[SubtypeOffset] != HelloSubtype || bytes.Length < HelloBytes) return false;
        cookie = BinaryPrimitives.ReadUInt64BigEndian(bytes[BodyOffset..]);
        wantsBoard = bytes[ExtraOffset] == 1;
        return true;
    }

    public static bool TryReadCookie(ReadOnlySpan<byte> bytes, out ulong cookie)
    {
        cookie = 0;
        if (!Is(bytes) || bytes[SubtypeOffset] != CookieSubtype || bytes.Length < CookieBytes) return false;
        cookie = BinaryPrimitives.ReadUInt64BigEndian(bytes[BodyOffset..]);
        return true;
    }

    public static bool TryReadBoard(ReadOnlySpan<byte> bytes, out uint records)
    {
        records = 0;
        if (!Is(bytes) || bytes[SubtypeOffset] != BoardSubtype || bytes.Length < BoardBytes) return false;
        records = BinaryPrimitives.ReadUInt32BigEndian(bytes[BodyOffset..]);
        return true;
    }

    /// <param name="hops">Relays passed, with this one.</param>
    public static byte[] Record(byte hops, uint ageMilliseconds, ReadOnlySpan<byte> datagram)
    {
        var bytes = Begin(RecordHeaderBytes + datagram.Length, RecordSubtype, hops);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(BodyOffset), ageMilliseconds);
        datagram.CopyTo(bytes.AsSpan(RecordHeaderBytes));
        return bytes;
    }

    public static byte[] Hello(ulong cookie, bool wantsBoard)
    {
        var bytes = Begin(HelloBytes, HelloSubtype, wantsBoard ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(BodyOffset), cookie);
        return bytes;
    }

    public static byte[] Cookie(ulong cookie)
    {
        var bytes = Begin(CookieBytes, CookieSubtype, 0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(BodyOffset), cookie);
        return bytes;
    }

    public static byte[] Board(int records)
    {
        var bytes = Begin(BoardBytes, BoardSubtype, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(BodyOffset), (uint)records);
        return bytes;
    }

    private static byte[] Begin(int length, byte subtype, byte extra)
    {
        var bytes = new byte[length];
        bytes[WhodLayout.VersionOffset] = WhodLayout.Version;
        bytes[WhodLayout.TypeOffset] = Type;
        bytes[SubtypeOffset] = subtype;
        bytes[ExtraOffset] = extra;
        return bytes;
    }
}
