using System.Buffers.Binary;
using System.Collections.Immutable;
using static Rwho.Protocol.WhodLayout;

namespace Rwho.Protocol;

/// <summary>
/// One status datagram, 60..1068 bytes, immutable. The bytes are kept as they came (spool and relays pass on the host's
/// own); fields are read from them on demand. A default one is none: it has no bytes, and no fields to read.
/// </summary>
public readonly record struct WhodDatagram
{
    private readonly byte[] bytes;

    internal WhodDatagram(byte[] bytes)
    {
        this.bytes = bytes;
        Hash = HashOf(bytes);
    }

    public HostName Host => HostName.FromField(bytes.AsSpan(HostNameOffset, HostName.FieldBytes));

    /// <summary>
    /// Tells this datagram from others of its host: over all bytes but the receive time, which means nothing on the
    /// wire and is not in a spool file as it was sent.
    /// </summary>
    public ulong Hash { get; }

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The sender's clock, seconds since 1970 modulo 2^32.</summary>
    public uint SendTime => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(SendTimeOffset));

    /// <summary>Seconds since 1970 modulo 2^32.</summary>
    public uint BootTime => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(BootTimeOffset));

    public LoadAverages Load => new(
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(LoadOffset)),
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(LoadOffset + Word)),
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(LoadOffset + 2 * Word)));

    /// <summary>Send time less boot time; negative when the sender's clock says so.</summary>
    public int UptimeSeconds => WhoTime.Difference(SendTime, BootTime);

    /// <summary>0..42.</summary>
    public int EntryCount => EntriesIn(bytes.Length);

    public WhodEntry Entry(int index) => WhodEntry.Read(bytes.AsSpan(HeaderBytes + index * EntryBytes, EntryBytes));

    /// <summary>Users idle under an hour, or all of them. A negative idle time counts.</summary>
    public int UserCount(bool all)
    {
        var entries = EntryCount;
        if (all) return entries;
        var count = 0;
        for (var i = 0; i < entries; i++)
            if (WhodEntry.ReadIdle(bytes.AsSpan(HeaderBytes + i * EntryBytes)) < WhodEntry.IdleHour) count++;
        return count;
    }

    /// <summary>
    /// Whether the same users are logged in at the same terminals, in whatever order and idle for however long.
    /// </summary>
    public bool HasSameUsers(WhodDatagram other) => HasUsersOf(other) && other.HasUsersOf(this);

    public WhodStatus ToStatus()
    {
        var users = ImmutableArray.CreateBuilder<WhodEntry>(EntryCount);
        for (var i = 0; i < EntryCount; i++) users.Add(Entry(i));
        return new WhodStatus(Host, SendTime, BootTime, Load, users.MoveToImmutable());
    }

    private bool HasUsersOf(WhodDatagram other)
    {
        for (var i = 0; i < other.EntryCount; i++)
        {
            var user = other.UserAt(i);
            // Senders keep to the order of their terminals.
            var found = i < EntryCount && UserAt(i) == user;
            for (var j = 0; j < EntryCount && !found; j++) found = UserAt(j) == user;
            if (!found) return false;
        }

        return true;
    }

    private (ulong Line, ulong Name) UserAt(int index)
    {
        var entry = Entry(index);
        return (PackedText.CutAtNul(entry.Line), PackedText.CutAtNul(entry.Name));
    }

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = FoldedHash.Add((ulong)bytes.Length, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        hash = Add(hash, bytes.Slice(HostNameOffset, HostName.MaxBytes));
        return Add(hash, bytes[LoadOffset..]);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = FoldedHash.Add(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Span<byte> tail = stackalloc byte[sizeof(ulong)];
        tail.Clear();
        bytes.CopyTo(tail);
        return FoldedHash.Add(hash, BinaryPrimitives.ReadUInt64LittleEndian(tail));
    }
}
