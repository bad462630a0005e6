using System.Net;
using Rwho.Actors.Udp;
using Rwho.Node.Recording;

namespace Rwho.Tests.Node.Recording;

/// <summary>What comes in goes to the file, and nobody who receives waits for a disk.</summary>
public sealed class RecorderTests : IDisposable
{
    private const int PayloadBytes = 72;
    private const int RecordBytes = 16 + 20 + 8 + PayloadBytes;
    private const int HeaderBytes = PcapFile.HeaderBytes;

    private static readonly IPEndPoint Local = new(IPAddress.Any, 513);
    private static readonly IPEndPoint From = new(IPAddress.Parse("10.9.0.2"), 513);

    private readonly Lines log = new();
    private readonly Clock clock = new();
    private readonly List<IDisposable> open = [];

    public void Dispose()
    {
        foreach (var opened in open) opened.Dispose();
    }

    [Fact]
    public void What_is_recorded_is_in_the_file_with_its_time_and_source()
    {
        var disk = new Disk();
        var recorder = Start(disk);
        Record(recorder, 1);
        clock.Advance(TimeSpan.FromSeconds(2.5));
        Record(recorder, 2);
        recorder.Dispose();
        var read = disk.Read(out var isCutShort);
        Assert.Equal([1, 2], read.Select(datagram => datagram.Payload[0]));
        Assert.All(read, datagram => Assert.Equal((From, Local), (datagram.Source, datagram.Destination)));
        Assert.Equal([clock.Now.AddSeconds(-2.5), clock.Now], read.Select(datagram => datagram.Time));
        Assert.False(isCutShort);
        Assert.Equal(
            ["recording everything that is received to FILE", "recording ends, datagrams in FILE: 2"], log.All);
    }

    [Fact]
    public async Task It_is_in_the_file_soon_while_recording_goes_on()
    {
        var disk = new Disk();
        var recorder = Start(disk);
        Assert.InRange(Recorder.WriteInterval, TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        await Eventually.True(() => disk.Length == HeaderBytes, "the header, without traffic");
        for (var i = 1; i <= 3; i++)
        {
            Record(recorder, i);
            var expected = HeaderBytes + i * RecordBytes;
            await Eventually.True(() => disk.Length == expected, () => $"{disk.Length} of {expected} bytes");
        }
    }

    [Fact]
    public void Nothing_is_touched_before_it_starts_nor_when_it_never_does()
    {
        var disk = new Disk();
        disk.Write("an earlier recording"u8);
        var recorder = Open(disk);
        Record(recorder, 1);
        recorder.Dispose();
        Assert.True(disk.IsClosed);
        Assert.Equal("an earlier recording"u8.ToArray(), disk.ToArray());
        Assert.Empty(log.All);
    }

    [Fact]
    [Trait("Limit", "bytes waiting to be recorded")]
    public void A_disk_that_stands_still_holds_nobody_up_and_what_has_no_room_is_counted()
    {
        const int Half = 10 * RecordBytes;
        var disk = new Disk();
        var recorder = Start(disk, waitingBytesMax: 2 * Half);
        Stop(disk, recorder);
        for (var i = 0; i < 35; i++) Record(recorder, i);
        disk.Go();
        recorder.Dispose();
        var read = disk.Read(out _);
        Assert.Equal(Enumerable.Range(0, 10), read.Skip(1).Select(datagram => (int)datagram.Payload[0]));
        Assert.Contains("datagrams received but not recorded: 25; the disk of FILE is too slow", log.All);
        Assert.Equal("recording ends, datagrams in FILE: 11", log.All[^1]);
    }

    [Fact]
    public async Task What_is_not_recorded_is_worth_a_line_a_minute()
    {
        var disk = new Disk();
        var recorder = Start(disk, waitingBytesMax: 2 * RecordBytes);
        for (var round = 0; round < 4; round++)
        {
            Stop(disk, recorder);
            for (var i = 0; i < 5; i++) Record(recorder, i);
            disk.Go();
            var expected = HeaderBytes + (round + 1) * 2 * RecordBytes;
            await Eventually.True(() => disk.Length == expected, () => $"{disk.Length} of {expected} bytes");
            if (round == 2) clock.Advance(Recorder.ReportInterval);
        }

        recorder.Dispose();
        Assert.Equal([4, 12], log.All.Where(line => line.Contains("not recorded", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(": ")[1].Split(';')[0])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(RecordBytes - 1)]
    [Trait("Limit", "bytes of a recording")]
    public void A_full_file_ends_the_recording_with_one_line_and_is_no_byte_longer(int surplus)
    {
        var disk = new Disk();
        var limit = HeaderBytes + 3 * RecordBytes + surplus;
        var recorder = Start(disk, fileBytesMax: limit);
        for (var i = 0; i < 9; i++) Record(recorder, i);
        recorder.Dispose();
        Assert.Equal([0, 1, 2], disk.Read(out var isCutShort).Select(datagram => datagram.Payload[0]));
        Assert.False(isCutShort);
        Assert.Equal(
            $"recording ends, FILE has its {limit} bytes: move it away and send SIGHUP to begin another", log.All[^1]);
        Assert.Equal(2, log.All.Length);
    }

    [Fact]
    public async Task A_full_file_is_closed_while_the_daemon_goes_on()
    {
        var disk = new Disk();
        var recorder = Start(disk, fileBytesMax: HeaderBytes + RecordBytes);
        Record(recorder, 1);
        Record(recorder, 2);
        await Eventually.True(() => disk.IsClosed, "closed");
        Record(recorder, 3);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(HeaderBytes, 0)]
    [InlineData(HeaderBytes + RecordBytes - 1, 0)]
    [InlineData(HeaderBytes + RecordBytes, 1)]
    [InlineData(HeaderBytes + (3 * RecordBytes) + 20, 3)]
    public async Task A_full_disk_ends_it_with_one_line_and_behind_a_whole_record(int capacityBytes, int whole)
    {
        var disk = new Disk(capacityBytes);
        var recorder = Start(disk);
        for (var i = 0; i < 9; i++) Record(recorder, i);
        await Eventually.True(() => disk.IsClosed, "given up");
        Record(recorder, 10);
        recorder.Dispose();
        Assert.Equal(
            "recording ends, cannot write to FILE: No space left on device; "
            + "mend that, move it away and send SIGHUP to begin another", log.All[^1]);
        Assert.InRange(log.All.Length, 1, 2);
        if (capacityBytes < HeaderBytes) Assert.Empty(disk.ToArray());
        else Assert.Equal((whole, false), (disk.Read(out var isCutShort).Count, isCutShort));
    }

    [Fact]
    public void A_disk_that_never_answers_does_not_hold_up_the_end()
    {
        var disk = new Disk();
        var recorder = Start(disk);
        Stop(disk, recorder);
        recorder.Dispose();
        Assert.Equal("the disk did not take the end of FILE within 2 s; ending without it", log.All[^1]);
        disk.Go();
    }

    [Fact]
    public async Task Several_threads_record_to_one_file()
    {
        const int Each = 20_000;
        var disk = new Disk();
        var recorder = Start(disk);
        await Task.WhenAll(Enumerable.Range(1, 3).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) Record(recorder, thread);
        })));
        recorder.Dispose();
        var read = disk.Read(out var isCutShort);
        Assert.False(isCutShort);
        Assert.Equal([Each, Each, Each], read.CountBy(datagram => datagram.Payload[0]).Select(count => count.Value));
    }

    // The writer is at a record, and the disk takes nothing more.
    private static void Stop(Disk disk, Recorder recorder)
    {
        Assert.True(SpinWait.SpinUntil(() => disk.Length >= HeaderBytes, Eventually.Deadline));
        disk.IsWaitedFor.Reset();
        disk.Stop();
        Record(recorder, 100);
        Assert.True(disk.IsWaitedFor.Wait(Eventually.Deadline));
    }

    private static void Record(Recorder recorder, int number)
    {
        var payload = new byte[PayloadBytes];
        payload[0] = (byte)number;
        recorder.Record(DatagramSource.From(From), Local, payload);
    }

    private Recorder Start(
        Disk disk, long fileBytesMax = RecordLimits.FileBytes, int waitingBytesMax = RecordLimits.WaitingBytes)
    {
        var recorder = Open(disk, fileBytesMax, waitingBytesMax);
        recorder.Start();
        recorder.Start();
        return recorder;
    }

    private Recorder Open(
        Disk disk, long fileBytesMax = RecordLimits.FileBytes, int waitingBytesMax = RecordLimits.WaitingBytes)
    {
        var recorder = new Recorder(disk, "FILE", clock, log, fileBytesMax, waitingBytesMax);
        open.Add(recorder);
        return recorder;
    }
}
