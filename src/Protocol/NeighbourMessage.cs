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
/// hello:   4  the cookie last received from there (64 bits), 0 for none;  12  the sender's own (64 bits)
/// cookie:  4  the cookie of the hello that it answers (64 bits);  12  the sender's own, 0 for who is no neighbour
/// board:   4  how many records follow (32 bits): the answer to a hello that brought the cookie and wants the board
/// </code>
/// A cookie is no longer than the hello that it answers: who forges a source gets nothing larger sent there. Whoever
/// brings a cookie back hears what is sent to the one whose it is, from whatever address it answers.
/// </summary>
public static class NeighbourMessage
{
    public const byte Type = 2;

    public const int RecordHeaderBytes = 8;
    public const int HelloBytes = 20;
    public const int CookieBytes = 20;
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
    private const int OwnOffset = 12;

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

    public static bool TryReadHello(ReadOnlySpan<byte> bytes, out Cookies cookies, out bool wantsBoard)
    {
        (cookies, wantsBoard) = (default, false);
        if (!Is(bytes) || bytes[SubtypeOffset] != HelloSubtype || bytes.Length < HelloBytes) return false;
        cookies = ReadCookies(bytes);
        wantsBoard = bytes[ExtraOffset] == 1;
        return true;
    }

    public static bool TryReadCookie(ReadOnlySpan<byte> bytes, out Cookies cookies)
    {
        cookies = default;
        if (!Is(bytes) || bytes[SubtypeOffset] != CookieSubtype || bytes.Length < CookieBytes) return false;
        cookies = ReadCookies(bytes);
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

    public static byte[] Hello(Cookies cookies, bool wantsBoard) =>
        WithCookies(HelloBytes, HelloSubtype, wantsBoard ? (byte)1 : (byte)0, cookies);

    public static byte[] Cookie(Cookies cookies) => WithCookies(CookieBytes, CookieSubtype, 0, cookies);

    public static byte[] Board(int records)
    {
        var bytes = Begin(BoardBytes, BoardSubtype, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(BodyOffset), (uint)records);
        return bytes;
    }

    private static Cookies ReadCookies(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes[BodyOffset..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[OwnOffset..]));

    private static byte[] WithCookies(int length, byte subtype, byte extra, Cookies cookies)
    {
        var bytes = Begin(length, subtype, extra);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(BodyOffset), cookies.Brought);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(OwnOffset), cookies.Own);
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

/// <summary>What a hello or a cookie carries: numbers that only who receives at an address can know.</summary>
/// <param name="Brought">The receiver's, as it was received from there; 0 for none.</param>
/// <param name="Own">The sender's, to be brought back; 0 from who does not take the receiver for a neighbour.</param>
public readonly record struct Cookies(ulong Brought, ulong Own);
