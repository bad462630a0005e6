using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Rwho.Protocol;
using HostName = Rwho.Protocol.HostName;

namespace Rwho.Tests.Protocol;

/// <summary>Samples for properties: values as senders make them, values at the borders, and plain rubbish.</summary>
internal static class Samples
{
    /// <summary>How long tests on random input go on that are else content with a few seconds.</summary>
    public static readonly TimeSpan FuzzTime = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("RWHO_FUZZ_SECONDS"), out var seconds) ? seconds : 0);

    public static readonly Gen<byte> Bytes = Gen.Choose(0, 255).Select(value => (byte)value);

    public static readonly Gen<int> Words = Gen.OneOf(
        Gen.Elements(0, 1, -1, 59, 60, 3599, 3600, 360_000, int.MaxValue, int.MinValue),
        Gen.Choose(-100_000, 100_000),
        from high in Gen.Choose(0, 65_535)
        from low in Gen.Choose(0, 65_535)
        select high << 16 | low);

    /// <summary>Fields of 0..40 bytes, many with a NUL in the middle.</summary>
    public static readonly Gen<byte[]> NameFields =
        from length in Gen.Choose(0, 40)
        from bytes in Gen.OneOf(Bytes, Gen.Choose(0, 2).Select(value => (byte)value)).ArrayOf(length)
        select bytes;

    /// <summary>Two fields that are often alike but for what follows a common start.</summary>
    public static readonly Gen<(byte[] Left, byte[] Right)> NamePairs =
        from left in NameFields
        from other in NameFields
        from common in Gen.Choose(0, 40)
        select (left, (byte[])[.. left.Take(common), .. other.Skip(common)]);

    public static readonly Gen<HostName> HostNames =
        from length in Gen.Choose(1, 31)
        from bytes in Gen.Choose('!', '~').Where(value => value != '/').Select(value => (byte)value).ArrayOf(length)
        select HostName.FromField(bytes);

    public static readonly Gen<WhodEntry> Entries =
        from line in Bytes.ArrayOf(8)
        from name in Bytes.ArrayOf(8)
        from login in Words
        from idle in Words
        select new WhodEntry(WhodEntry.Pack(line), WhodEntry.Pack(name), (uint)login, idle);

    public static readonly Gen<WhodStatus> Statuses =
        from host in HostNames
        from sent in Words
        from boot in Words
        from load in Words.ArrayOf(3)
        from count in Gen.Choose(0, 42)
        from entries in Entries.ArrayOf(count)
        select new WhodStatus(
            host, (uint)sent, (uint)boot, new LoadAverages(load[0], load[1], load[2]), ImmutableArray.Create(entries));

    /// <summary>
    /// Datagrams that are taken, with a pad, a receive time, rubbish behind the name and a part of an entry at the end.
    /// </summary>
    public static readonly Gen<byte[]> Datagrams =
        from status in Statuses
        from rubbish in Bytes.ArrayOf(38)
        from tail in Gen.Choose(0, 23).SelectMany(length => Bytes.ArrayOf(length))
        select WithRubbish(WhodCodec.ToDatagram(status), rubbish, tail);

    private static byte[] WithRubbish(WhodDatagram datagram, byte[] rubbish, byte[] tail)
    {
        byte[] bytes = [.. datagram.Bytes.Span, .. tail];
        rubbish.AsSpan(0, 2).CopyTo(bytes.AsSpan(2));
        rubbish.AsSpan(2, 4).CopyTo(bytes.AsSpan(8));
        var afterName = 12 + datagram.Host.Length + 1;
        rubbish.AsSpan(6, 44 - afterName).CopyTo(bytes.AsSpan(afterName));
        return bytes.Length > 1068 ? bytes[..1068] : bytes;
    }
}
