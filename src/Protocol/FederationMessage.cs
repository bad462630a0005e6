using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Rwho.Protocol;

/// <summary>
/// What the gateways of a federation tell each other, at most <see cref="MaxBytes"/> a message. Layout, in network byte
/// order:
/// <code>
///  0  version   1
///  1  kind      1 statuses, 2 summary, 3 inventory, 4 want; further ones are for later versions, and are dropped
///  2  flags     statuses: 1 for the last of an answer
///  3  length of the sender's name, 1..31
///  4  the sender's clock when it was sent, milliseconds since an arbitrary start (64 bits)
/// 12  the sender's name
/// statuses:   gateways (8 bits), each: length (8), name;  count (16), each: index of the gateway (8), relays passed
///             (8), age in milliseconds (32), length (16), the host's own datagram
/// summary:    bucket to begin with (16);  1024 times the hash of a bucket of hosts (32)
/// inventory:  bucket to go on with, 1024 for none (16);  count (16), each: hash of the host's name (64), hash of its
///             datagram (64), when that was sent by the host's clock (32), age in milliseconds (32)
/// want:       count (16), each: hash of a datagram (64)
/// </code>
/// A host is in the bucket of its name's hash modulo 1024.
/// </summary>
public abstract record FederationMessage(HostName From, long SentMilliseconds)
{
    public const byte Version = 1;

    /// <summary>With what Akka.Remote puts around it, under the 64,000 that a frame is allowed.</summary>
    public const int MaxBytes = 60_000;

    /// <summary>Parts that hosts are compared in.</summary>
    public const int Buckets = 1024;

    /// <summary>What an inventory tells of a host, bytes.</summary>
    public const int ListedBytes = 8 + 8 + 4 + 4;

    /// <summary>The most before the body: the fixed part and the longest name.</summary>
    public const int HeaderMaxBytes = 12 + HostName.MaxBytes;

    /// <summary>Hosts in an inventory, so that it and what is wanted of it fit.</summary>
    public const int ListedMax = (MaxBytes - HeaderMaxBytes - 2 - 2) / ListedBytes;

    /// <summary>Statuses, in no order.</summary>
    /// <param name="IsLast">Whether they end the answer to a <see cref="Want"/>.</param>
    public sealed record Statuses(
        HostName From, long SentMilliseconds, bool IsLast, ImmutableArray<FederatedStatus> Items)
        : FederationMessage(From, SentMilliseconds);

    /// <summary>What the sender knows, as a hash a bucket; answered by an <see cref="Inventory"/>.</summary>
    /// <param name="First">The bucket to begin with: those before it were compared already.</param>
    public sealed record Summary(HostName From, long SentMilliseconds, int First, ImmutableArray<uint> Hashes)
        : FederationMessage(From, SentMilliseconds);

    /// <summary>What the sender knows in the buckets that differ, or in as many as there is room for.</summary>
    /// <param name="Next">The bucket to go on with; <see cref="Buckets"/> when no further ones differ.</param>
    public sealed record Inventory(
        HostName From, long SentMilliseconds, int Next, ImmutableArray<ListedHost> Items)
        : FederationMessage(From, SentMilliseconds);

    /// <summary>Asks for datagrams; answered by <see cref="Statuses"/>, the last of which says so.</summary>
    public sealed record Want(HostName From, long SentMilliseconds, ImmutableArray<ulong> Datagrams)
        : FederationMessage(From, SentMilliseconds);

    /// <summary>Never throws, whatever the bytes are. Datagrams in it are not checked yet.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out FederationMessage? message) =>
        new FederationReader(bytes).TryRead(out message);

    /// <summary>Everything but statuses, which <see cref="StatusesWriter"/> packs.</summary>
    public byte[] ToBytes() => FederationWriter.Write(this);

    /// <summary>Which bucket a host is in.</summary>
    public static int BucketOf(HostName host) => (int)(host.StableHash % Buckets);
}

/// <summary>A host's status on its way between gateways.</summary>
/// <param name="Gateway">The node that brought it into the federation.</param>
/// <param name="Hops">Relays passed.</param>
/// <param name="AgeMilliseconds">Since its host was heard, when it was sent.</param>
/// <param name="Datagram">The host's own bytes.</param>
public readonly record struct FederatedStatus(
    HostName Gateway, byte Hops, uint AgeMilliseconds, ReadOnlyMemory<byte> Datagram);

/// <summary>A host in an inventory.</summary>
/// <param name="Name">Its name's <see cref="HostName.StableHash"/>.</param>
/// <param name="Datagram">Its status' <see cref="WhodDatagram.Hash"/>.</param>
/// <param name="SendTime">By its own clock, seconds since 1970 modulo 2^32.</param>
public readonly record struct ListedHost(ulong Name, ulong Datagram, uint SendTime, uint AgeMilliseconds);
