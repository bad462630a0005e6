using System.Buffers;
using Rwho.Protocol;

namespace Rwho.Tests.Protocol;

/// <summary>
/// Readers and reports over random and mutated bytes: a short run, or as many seconds as RWHO_FUZZ_SECONDS says. A
/// failure names the seed that repeats it.
/// </summary>
public sealed class NeverThrowsTests
{
    private const int ShortRounds = 20_000;

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void No_bytes_make_a_reader_or_a_report_throw() => Rounds(seed =>
    {
        var random = new Random(seed);
        var bytes = random.Next(2) == 0 ? Rubbish(random) : Mutation(random);
        Check(bytes, now: random.Next(3) == 0 ? random.NextInt64(1L << 33) : Board.Now);
    });

    private static void Rounds(Action<int> round)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var seed = 0; seed < ShortRounds || TimeProvider.System.GetElapsedTime(start) < Samples.FuzzTime; seed++)
        {
            var thrown = Record.Exception(() => round(seed));
            Assert.True(thrown is null, $"seed {seed}: {thrown}");
        }
    }

    private static void Check(byte[] bytes, long now)
    {
        var taken = WhodCodec.TryRead(bytes, out var datagram, out var rejection);
        Assert.Equal(taken, rejection == Rejection.None);
        var own = taken ? SpoolFile.NameOf(datagram.Host) : "whod.x";
        SpoolFile.TryReadOwn(own, bytes, now, out _);
        var readable = SpoolFile.TryRead(bytes, now, out var host);
        Assert.Equal(bytes.Length >= 60, readable);
        if (!readable) return;
        Assert.Equal(host.Datagram.EntryCount, host.Datagram.ToStatus().Users.Length);
        Assert.InRange(host.Datagram.UserCount(all: false), 0, host.Datagram.EntryCount);
        AssertPrintable(host, now);
        AssertPrintable(host with { ReceiveTime = now }, now);
        if (taken) AssertPrintable(new HostStatus(datagram, now - 661), now);
    }

    private static void AssertPrintable(HostStatus host, long now)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var order in Enum.GetValues<RuptimeOrder>())
            RuptimeText.Write(output, [host, host], new RuptimeOptions(All: true, order, Reverse: false), now);
        RwhoText.Write(output, [host, host], all: true, now, Zone);
        Assert.False(output.WrittenSpan.ContainsAnyExcept(Printable));
    }

    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([(byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value)]);

    private static byte[] Rubbish(Random random)
    {
        var bytes = new byte[random.Next(random.Next(4) == 0 ? 1700 : 150)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A good datagram with bytes changed, cut out, or added.</summary>
    private static byte[] Mutation(Random random)
    {
        var users = Enumerable.Range(0, random.Next(44)).Select(i => new RawEntry($"pts/{i}", "ann", 9, i * 60));
        var bytes = Board.HostWith([.. users]).ToDatagram();
        for (var changes = random.Next(8); changes > 0; changes--)
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 255 * random.Next(2));
        if (random.Next(3) == 0) Array.Resize(ref bytes, random.Next(bytes.Length + 30));
        return bytes;
    }
}
