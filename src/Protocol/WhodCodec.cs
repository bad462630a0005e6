using System.Buffers.Binary;
using static Rwho.Protocol.WhodLayout;

namespace Rwho.Protocol;

/// <summary>Status datagrams: bytes to values and back. Reader and writer are the same list of fields.</summary>
public static class WhodCodec
{
    /// <summary>
    /// Makes the checks of Debian's rwhod, in its order, but for the source port, which is its caller's to check.
    /// Never throws, whatever the bytes are.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WhodDatagram datagram, out Rejection rejection)
    {
        rejection = Check(bytes);
        datagram = rejection == Rejection.None
            ? new WhodDatagram(bytes[..Math.Min(bytes.Length, MaxBytes)].ToArray()) : default;
        return rejection == Rejection.None;
    }

    /// <summary>Writes a status in network byte order; receive time and pad are zero.</summary>
    /// <param name="destination">1068 bytes are always enough.</param>
    /// <returns>The datagram's length, 60..1068.</returns>
    public static int Write(WhodStatus status, Span<byte> destination)
    {
        var entries = Math.Min(status.Users.Length, MaxEntries);
        var length = HeaderBytes + entries * EntryBytes;
        destination[..HeaderBytes].Clear();
        destination[VersionOffset] = WhodLayout.Version;
        destination[TypeOffset] = StatusType;
        BinaryPrimitives.WriteUInt32BigEndian(destination[SendTimeOffset..], status.SendTime);
        status.Host.WriteTo(destination[HostNameOffset..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[LoadOffset..], status.Load.One);
        BinaryPrimitives.WriteInt32BigEndian(destination[(LoadOffset + Word)..], status.Load.Five);
        BinaryPrimitives.WriteInt32BigEndian(destination[(LoadOffset + 2 * Word)..], status.Load.Fifteen);
        BinaryPrimitives.WriteUInt32BigEndian(destination[BootTimeOffset..], status.BootTime);
        for (var i = 0; i < entries; i++) status.Users[i].Write(destination[(HeaderBytes + i * EntryBytes)..]);
        return length;
    }

    /// <summary>A status as the datagram that carries it.</summary>
    public static WhodDatagram ToDatagram(WhodStatus status)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        var length = Write(status, bytes);
        return new WhodDatagram(bytes[..length].ToArray());
    }

    private static Rejection Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return Rejection.TooShort;
        if (bytes[VersionOffset] != WhodLayout.Version) return Rejection.Version;
        if (bytes[TypeOffset] != StatusType) return Rejection.Type;
        HostName.TryRead(bytes.Slice(HostNameOffset, HostName.FieldBytes), out _, out var rejection);
        return rejection;
    }
}
