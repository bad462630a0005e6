using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Rwho.Protocol;
using static Rwho.Protocol.FederationMessage;
using static Rwho.Tests.Protocol.FederationSamples;
using HostName = Rwho.Protocol.HostName;

namespace Rwho.Tests.Protocol;

/// <summary>What gateways tell each other: read back as written, in messages that fit.</summary>
public sealed class FederationMessageTests
{
    [Fact]
    public void A_summary_is_read_as_it_was_written() => Holds(Summaries, summary =>
        Read<Summary>(summary.ToBytes()) is { } read && Header(read) == Header(summary)
            && read.First == summary.First && read.Hashes.SequenceEqual(summary.Hashes));

    [Fact]
    public void An_inventory_is_read_as_it_was_written() => Holds(Inventories, inventory =>
        Read<Inventory>(inventory.ToBytes()) is { } read && Header(read) == Header(inventory)
            && read.Next == inventory.Next && read.Items.SequenceEqual(inventory.Items));

    [Fact]
    public void A_want_is_read_as_it_was_written() => Holds(Wants, want =>
        Read<Want>(want.ToBytes()) is { } read && Header(read) == Header(want)
            && read.Datagrams.SequenceEqual(want.Datagrams));

    [Fact]
    public void Statuses_are_packed_each_once_and_in_order_whatever_they_are() => Holds(StatusLists, statuses =>
    {
        CheckPacked(statuses, isAnswer: true);
        CheckPacked(statuses, isAnswer: false);
        return true;
    });

    [Fact]
    [Trait("Limit", "bytes of a message between gateways")]
    public void The_longest_datagrams_of_gateways_with_the_longest_names_fit_in_full_messages()
    {
        var statuses = Enumerable.Range(0, 3000)
            .Select(i => Status(Name($"{i:D31}"), WhodLayout.MaxBytes, (byte)i)).ToArray();
        var messages = CheckPacked(statuses, isAnswer: true);
        var least = 3000 * (WhodLayout.MaxBytes + 8 + 32) / MaxBytes;
        Assert.InRange(messages.Count, least, least + 2);
        Assert.All(messages.SkipLast(1), message => Assert.InRange(message.Length, MaxBytes - 1200, MaxBytes));
    }

    [Fact]
    public void A_message_holds_255_gateways_and_the_next_one_begins_another()
    {
        var statuses = Enumerable.Range(0, 256).Select(i => Status(Name($"gw{i}"), 60)).ToArray();
        Assert.Equal([255, 1], CheckPacked(statuses, isAnswer: false).Select(at => ReadStatuses(at).Items.Length));
        Assert.Single(CheckPacked([.. statuses.Take(255), .. statuses.Take(255)], isAnswer: false));
    }

    [Fact]
    public void Nothing_to_tell_is_no_message_unless_somebody_waits_for_it()
    {
        Assert.Empty(StatusesWriter.Write(Gateway, 1, [], isAnswer: false));
        var answer = ReadStatuses(Assert.Single(StatusesWriter.Write(Gateway, 1, [], isAnswer: true)));
        Assert.True(answer.IsLast);
        Assert.Empty(answer.Items);
    }

    [Fact]
    [Trait("Limit", "hosts compared with a gateway at a time")]
    public void A_full_inventory_and_all_that_is_wanted_of_it_fit()
    {
        var hosts = Enumerable.Range(0, ListedMax).Select(i => new ListedHost((ulong)i, (ulong)i, 0, uint.MaxValue));
        var inventory = new Inventory(LongestName, long.MinValue, Buckets, [.. hosts]);
        Assert.InRange(inventory.ToBytes().Length, MaxBytes - ListedBytes, MaxBytes);
        var want = new Want(LongestName, long.MaxValue, [.. hosts.Select(host => host.Datagram)]);
        Assert.InRange(want.ToBytes().Length, 1, MaxBytes);
        Assert.Equal(ListedMax, Read<Inventory>(inventory.ToBytes())!.Items.Length);
        Assert.Equal(ListedMax, Read<Want>(want.ToBytes())!.Datagrams.Length);
    }

    [Fact]
    public void Statuses_have_a_writer_of_their_own() => Assert.Throws<ArgumentException>(
        () => new Statuses(Gateway, 0, true, []).ToBytes());

    // Gateways of other versions and machines compare by them.
    [Theory]
    [InlineData("a", 0xA3AD54E4D19C1511, 273)]
    [InlineData("gw1", 0x666A643EF0AFAE71, 625)]
    [InlineData("alpha", 0xE18B530ED9BC7B3D, 829)]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234", 0x3DB197A58C86B512, 274)]
    public void The_hash_of_a_name_and_its_bucket_are_the_same_in_every_version(string name, ulong hash, int bucket)
    {
        Assert.Equal((hash, bucket), (Name(name).StableHash, BucketOf(Name(name))));
    }

    // A change of these bytes is another version.
    [Fact]
    public void The_layout_is_the_one_documented()
    {
        Assert.Equal(
            "0104000300000000000000056777310002" + "0000000000000001FFFFFFFFFFFFFFFF",
            Hex(new Want(Gateway, 5, [1, ulong.MaxValue])));
        Assert.Equal(
            "01020003FFFFFFFFFFFFFFFF67773103FF" + "0000002A" + new string('0', 8 * 1023),
            Hex(new Summary(Gateway, -1, 1023, [42, .. new uint[1023]])));
        Assert.Equal(
            "010300030000000000000005677731" + "0400" + "0001" + "000000000000000100000000000000020000000300000004",
            Hex(new Inventory(Gateway, 5, 1024, [new ListedHost(1, 2, 3, 4)])));
        Assert.Equal(
            "0101010300000000000000056777310103677731" + "0001" + "0001000003E8003C"
            + string.Concat(Enumerable.Repeat("07", 60)),
            Convert.ToHexString(StatusesWriter.Write(Gateway, 5, [Status(Gateway, 60)], true).Single()));
    }

    private static string Hex(FederationMessage message) => Convert.ToHexString(message.ToBytes());

    private static List<byte[]> CheckPacked(FederatedStatus[] statuses, bool isAnswer)
    {
        var messages = StatusesWriter.Write(LongestName, long.MaxValue, statuses, isAnswer);
        Assert.All(messages, message => Assert.InRange(message.Length, 1, MaxBytes));
        var read = messages.ConvertAll(ReadStatuses);
        Assert.All(read.SkipLast(1), message => Assert.False(message.IsLast));
        if (isAnswer) Assert.True(read[^1].IsLast);
        ImmutableArray<FederatedStatus> all = [.. read.SelectMany(message => message.Items)];
        Assert.Equal(statuses.Length, all.Length);
        for (var i = 0; i < all.Length; i++) Assert.True(Same(statuses[i], all[i]), $"status {i}");
        return messages;
    }

    private static (HostName, long) Header(FederationMessage message) => (message.From, message.SentMilliseconds);

    private static T? Read<T>(byte[] bytes)
        where T : FederationMessage => TryRead(bytes, out var message) ? message as T : null;

    private static void Holds<T>(Gen<T> samples, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(samples.ToArbitrary(), property));
}
