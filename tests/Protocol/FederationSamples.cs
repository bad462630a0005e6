using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Rwho.Protocol;
using static Rwho.Protocol.FederationMessage;
using HostName = Rwho.Protocol.HostName;

namespace Rwho.Tests.Protocol;

/// <summary>Messages between gateways: of every kind, at their borders, and as bytes.</summary>
internal static class FederationSamples
{
    public static readonly HostName Gateway = Name("gw1");
    public static readonly HostName LongestName = Name(new string('x', 31));

    public static readonly Gen<ulong> Hashes =
        from high in Samples.Words
        from low in Samples.Words
        select (ulong)(uint)high << 32 | (uint)low;

    public static readonly Gen<ListedHost> ListedHosts =
        from name in Hashes
        from datagram in Hashes
        from age in Samples.Words
        from sent in Samples.Words
        select new ListedHost(name, datagram, (uint)sent, (uint)age);

    public static readonly Gen<Summary> Summaries =
        from name in Samples.HostNames
        from sent in Hashes
        from first in Gen.Choose(0, Buckets - 1)
        from hashes in Samples.Words.ArrayOf(Buckets)
        select new Summary(name, (long)sent, first, [.. hashes.Select(hash => (uint)hash)]);

    public static readonly Gen<Inventory> Inventories =
        from name in Samples.HostNames
        from sent in Hashes
        from next in Gen.Choose(0, Buckets)
        from hosts in ListedHosts.ArrayOf()
        select new Inventory(name, (long)sent, next, ImmutableArray.Create(hosts));

    public static readonly Gen<Want> Wants =
        from name in Samples.HostNames
        from sent in Hashes
        from datagrams in Hashes.ArrayOf()
        select new Want(name, (long)sent, ImmutableArray.Create(datagrams));

    /// <summary>Few gateways, many statuses, datagrams of any length that there is.</summary>
    public static readonly Gen<FederatedStatus[]> StatusLists = (
        from gateway in Samples.HostNames
        from hops in Samples.Bytes
        from age in Samples.Words
        from length in Gen.Choose(WhodLayout.HeaderBytes, WhodLayout.MaxBytes)
        from fill in Samples.Bytes
        select new FederatedStatus(gateway, hops, (uint)age, Filled(length, fill))).ArrayOf();

    /// <summary>A message of each kind, none of them empty.</summary>
    public static IEnumerable<byte[]> OfEachKind()
    {
        yield return StatusesWriter.Write(
            Gateway, 5, [Status(Gateway, 60), Status(LongestName, 84)], isAnswer: true).Single();
        yield return new Summary(Gateway, 5, 0, [.. Enumerable.Range(0, Buckets).Select(i => (uint)i)]).ToBytes();
        yield return new Inventory(Gateway, 5, Buckets, [new ListedHost(1, 2, 3, 4)]).ToBytes();
        yield return new Want(Gateway, 5, [1, ulong.MaxValue]).ToBytes();
    }

    public static FederatedStatus Status(HostName gateway, int bytes, byte fill = 7) =>
        new(gateway, 1, 1000, Filled(bytes, fill));

    public static HostName Name(string text) =>
        HostName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    public static Statuses ReadStatuses(byte[] message) =>
        TryRead(message, out var read) ? (Statuses)read : throw new ArgumentException("not read");

    public static bool Same(FederatedStatus left, FederatedStatus right) =>
        left.Gateway == right.Gateway && left.Hops == right.Hops && left.AgeMilliseconds == right.AgeMilliseconds
        && left.Datagram.Span.SequenceEqual(right.Datagram.Span);

    private static byte[] Filled(int length, byte fill)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, fill);
        return bytes;
    }
}
