using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using static Rwho.Protocol.FederationMessage;

namespace Rwho.Protocol;

/// <summary>Reads a gateway's message front to back; what does not fit leaves it failed, and reads as zero.</summary>
internal struct FederationReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> rest = bytes;
    private bool failed = bytes.Length > MaxBytes;

    public bool TryRead([NotNullWhen(true)] out FederationMessage? message)
    {
        message = null;
        if (Byte() != FederationMessage.Version) return false;
        var (kind, flags, nameBytes) = (Byte(), Byte(), Byte());
        var sent = (long)Long();
        var from = Name(nameBytes);
        if (failed) return false;
        message = kind switch
        {
            FederationWriter.StatusesKind => Statuses(from, sent, flags),
            FederationWriter.SummaryKind => Summary(from, sent),
            FederationWriter.InventoryKind => Inventory(from, sent),
            FederationWriter.WantKind => new Want(from, sent, Datagrams()),
            _ => null,
        };
        if (failed || !rest.IsEmpty) message = null;
        return message is not null;
    }

    private Statuses Statuses(HostName from, long sent, byte flags)
    {
        var gateways = new HostName[Byte()];
        for (var i = 0; i < gateways.Length && !failed; i++) gateways[i] = Name(Byte());
        var items = ImmutableArray.CreateBuilder<FederatedStatus>();
        for (int i = 0, count = Short(); i < count && !failed; i++)
        {
            int gateway = Byte();
            var (hops, age, length) = (Byte(), Int(), Short());
            var datagram = Take(length);
            failed |= gateway >= gateways.Length;
            if (!failed) items.Add(new FederatedStatus(gateways[gateway], hops, age, datagram));
        }

        return new Statuses(from, sent, (flags & FederationWriter.LastFlag) != 0, items.DrainToImmutable());
    }

    private Summary Summary(HostName from, long sent)
    {
        int first = Short();
        failed |= first >= Buckets;
        var hashes = ImmutableArray.CreateBuilder<uint>(Buckets);
        for (var i = 0; i < Buckets && !failed; i++) hashes.Add(Int());
        return new Summary(from, sent, first, hashes.DrainToImmutable());
    }

    private Inventory Inventory(HostName from, long sent)
    {
        int next = Short();
        failed |= next > Buckets;
        var items = ImmutableArray.CreateBuilder<ListedHost>();
        for (int i = 0, count = Short(); i < count && !failed; i++)
            items.Add(new ListedHost(Long(), Long(), Int(), Int()));
        return new Inventory(from, sent, next, items.DrainToImmutable());
    }

    private ImmutableArray<ulong> Datagrams()
    {
        var wanted = ImmutableArray.CreateBuilder<ulong>();
        for (int i = 0, count = Short(); i < count && !failed; i++) wanted.Add(Long());
        return wanted.DrainToImmutable();
    }

    // Names are as in datagrams: what a receiver would refuse is none.
    private HostName Name(int length)
    {
        var name = default(HostName);
        failed |= length > HostName.MaxBytes || !HostName.TryRead(Take(length).Span, out name, out _)
            || name.Length != length;
        return name;
    }

    private byte Byte() => Take(1) is { IsEmpty: false } taken ? taken.Span[0] : (byte)0;

    private ushort Short() =>
        Take(2) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt16BigEndian(taken.Span) : (ushort)0;

    private uint Int() => Take(4) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt32BigEndian(taken.Span) : 0;

    private ulong Long() => Take(8) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt64BigEndian(taken.Span) : 0;

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > rest.Length) failed = true;
        if (failed) return default;
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
