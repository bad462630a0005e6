using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

public sealed class RoundTripTests
{
    private const int LastOfName = 43;

    /// <summary>The name field's last byte is NUL in a spool file, whatever it was on the wire.</summary>
    private static byte[] WithNameEnded(byte[] bytes)
    {
        bytes[LastOfName] = 0;
        return bytes;
    }

    [Fact]
    public void A_status_is_read_as_it_was_written() => Holds(Samples.Statuses, status =>
        WhodCodec.TryRead(WhodCodec.ToDatagram(status).Bytes.Span, out var datagram, out _)
            && datagram.ToStatus().Equals(status) && datagram.Host == status.Host);

    [Fact]
    public void A_datagram_keeps_the_bytes_it_came_with() => Holds(Samples.Datagrams, bytes =>
        WhodCodec.TryRead(bytes, out var datagram, out _) && datagram.Bytes.Span.SequenceEqual(bytes));

    [Fact]
    public void A_spool_file_is_written_as_it_was_read_pad_name_tail_and_part_of_an_entry_included() =>
        Holds(Samples.Datagrams, bytes =>
        {
            var content = new byte[1068];
            return SpoolFile.TryRead(bytes, Board.Now, out var host)
                && SpoolFile.Write(host, content) == bytes.Length
                && content.AsSpan(0, bytes.Length).SequenceEqual(WithNameEnded(bytes));
        });

    [Fact]
    public void A_datagram_comes_back_from_the_spool_but_for_the_receive_time() => Holds(Samples.Datagrams, bytes =>
    {
        var content = new byte[1068];
        if (!WhodCodec.TryRead(bytes, out var datagram, out _)) return false;
        var length = SpoolFile.Write(new HostStatus(datagram, Board.Now - 7), content);
        if (!SpoolFile.TryRead(content.AsSpan(0, length), Board.Now, out var host)) return false;
        bytes.AsSpan(8, 4).Clear();
        return host.ReceiveTime == Board.Now - 7 && host.Datagram.Bytes.Span.SequenceEqual(WithNameEnded(bytes))
            && host.Datagram.Hash == datagram.Hash && host.Datagram.Host == datagram.Host;
    });

    [Fact]
    public void An_entry_is_read_as_it_was_written() => Holds(Samples.Entries, entry =>
    {
        var bytes = new byte[24];
        entry.Write(bytes);
        return WhodEntry.Read(bytes) == entry;
    });

    [Fact]
    public void The_hash_changes_with_every_bit_but_those_of_the_receive_time_and_the_names_last_byte() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5), Prop.ForAll(Samples.Datagrams.ToArbitrary(), bytes =>
        {
            var hash = HashOf(bytes);
            var hashes = new HashSet<ulong> { hash };
            for (var bit = 0; bit < 8 * bytes.Length; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
                var meaningless = bit / 8 is (>= 8 and < 12) or LastOfName;
                if (meaningless ? HashOf(bytes) != hash : !hashes.Add(HashOf(bytes))) return false;
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
            }

            return true;
        }));

    [Fact]
    public void The_hash_changes_with_the_length_though_only_zeros_follow()
    {
        var status = new WhodStatus(default, 0, 0, default, ImmutableArray<WhodEntry>.Empty);
        var bytes = new byte[1068];
        WhodCodec.Write(status, bytes);
        Assert.Equal(1009, Enumerable.Range(60, 1009).Select(length => HashOf(bytes[..length])).Distinct().Count());
    }

    [Fact]
    public void The_hash_of_a_datagram_is_the_same_in_every_run_and_every_version()
    {
        WhodCodec.TryRead(Board.Host("alpha").ToDatagram(), out var datagram, out _);
        Assert.Equal(0xD57D0C4BFFC587D3, datagram.Hash);
    }

    // A spool file is read whatever it says, so that bits of version, type and name can change too.
    private static ulong HashOf(byte[] bytes) =>
        SpoolFile.TryRead(bytes, Board.Now, out var host) ? host.Datagram.Hash : 0;

    private static void Holds<T>(Gen<T> samples, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(samples.ToArbitrary(), property));
}
