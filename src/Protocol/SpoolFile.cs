using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static Rwho.Protocol.WhodLayout;

namespace Rwho.Protocol;

/// <summary>
/// The content of a spool file <c>whod.HOST</c>: the datagram with its send time, loads, boot time and each whole
/// entry's times in host byte order, and the receive time set. Pad, the bytes after the name's NUL and a trailing part
/// of an entry stay as they came, but for the name field's last byte, which is always NUL. Byte for byte what Debian's
/// rwhod writes.
/// </summary>
public static class SpoolFile
{
    public const string Prefix = "whod.";

    /// <summary>Writes the file's content, as long as the datagram.</summary>
    /// <param name="destination">1068 bytes are always enough.</param>
    /// <returns>The length written.</returns>
    public static int Write(HostStatus status, Span<byte> destination)
    {
        var datagram = status.Datagram.Bytes.Span;
        var content = destination[..datagram.Length];
        datagram.CopyTo(content);
        SwapIntegers(content);
        content[HostNameOffset + HostName.MaxBytes] = 0;
        MemoryMarshal.Write(content[ReceiveTimeOffset..], WhoTime.Fold(status.ReceiveTime));
        return content.Length;
    }

    /// <summary>
    /// Reads a file's content as the old readers do: 60 bytes are enough, nothing else is checked, and the name is the
    /// one inside.
    /// </summary>
    /// <param name="now">Seconds since 1970; the receive time is unfolded to the value nearest to it.</param>
    public static bool TryRead(ReadOnlySpan<byte> content, long now, out HostStatus status)
    {
        status = default;
        if (content.Length < HeaderBytes) return false;
        var bytes = content[..Math.Min(content.Length, MaxBytes)].ToArray();
        var receiveTime = MemoryMarshal.Read<uint>(bytes.AsSpan(ReceiveTimeOffset));
        bytes.AsSpan(ReceiveTimeOffset, Word).Clear();
        SwapIntegers(bytes);
        status = new HostStatus(new WhodDatagram(bytes), WhoTime.Unfold(receiveTime, now));
        return true;
    }

    /// <summary>
    /// Reads a file's content as the daemon does at its start: only what it could have written itself, a valid status
    /// under its own name.
    /// </summary>
    /// <param name="fileName">Without directory.</param>
    public static bool TryReadOwn(
        string fileName, ReadOnlySpan<byte> content, long now, out HostStatus status)
    {
        if (TryRead(content, now, out status)
            && WhodCodec.TryRead(status.Datagram.Bytes.Span, out var datagram, out _)
            && fileName == NameOf(datagram.Host))
        {
            return true;
        }

        status = default;
        return false;
    }

    /// <summary>The file of a host, without directory.</summary>
    public static string NameOf(HostName host) => Prefix + host;

    private static void SwapIntegers(Span<byte> content)
    {
        SwapWord(content[SendTimeOffset..]);
        for (var i = 0; i < LoadCount; i++) SwapWord(content[(LoadOffset + i * Word)..]);
        SwapWord(content[BootTimeOffset..]);
        for (var i = 0; i < EntriesIn(content.Length); i++)
        {
            var entry = content[(HeaderBytes + i * EntryBytes)..];
            SwapWord(entry[EntryLoginTimeOffset..]);
            SwapWord(entry[EntryIdleOffset..]);
        }
    }

    private static void SwapWord(Span<byte> word) =>
        BinaryPrimitives.WriteUInt32BigEndian(word, MemoryMarshal.Read<uint>(word));
}
