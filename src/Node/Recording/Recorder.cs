using System.Net;
using Microsoft.Extensions.Logging;
using Rwho.Actors.Udp;

namespace Rwho.Node.Recording;

/// <summary>
/// Keeps datagrams in a pcap file. Who receives them never waits for the disk: records are gathered in memory, and a
/// thread of its own writes them, several times a second. What has no room there is counted and not recorded.
/// </summary>
internal sealed class Recorder : IDisposable
{
    /// <summary>How long a record stays in memory at most, while the disk keeps up.</summary>
    public static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>What was not recorded is worth a line so often.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly object gate = new();
    private readonly Stream content;
    private readonly string path;
    private readonly long fileBytesMax;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private Thread? writer;
    private Phase phase = Phase.Opened;
    private byte[] filling;
    private byte[] writing;
    private int waitingBytes;
    private long fileBytes = PcapFile.HeaderBytes; // what waits included
    private long recordedCount;
    private long lostCount; // since the last line about it
    private long? toldAt;

    /// <param name="content">Becomes the recording as a whole, and is closed at its end.</param>
    /// <param name="path">Where that is, for the log.</param>
    /// <param name="waitingBytesMax">Half of it is filled while the other half is written.</param>
    public Recorder(
        Stream content, string path, TimeProvider time, ILogger log,
        long fileBytesMax = RecordLimits.FileBytes, int waitingBytesMax = RecordLimits.WaitingBytes)
    {
        this.content = content;
        this.path = path;
        this.time = time;
        this.log = log;
        this.fileBytesMax = fileBytesMax;
        filling = new byte[waitingBytesMax / 2];
        writing = new byte[waitingBytesMax / 2];
    }

    private enum Phase
    {
        Opened,
        Recording,

        /// <summary>The file has all it may have; what waits is still written.</summary>
        Full,

        /// <summary>Nothing more is taken; what waits is still written.</summary>
        Closing,

        /// <summary>The file could not be written.</summary>
        Failed,
    }

    /// <summary>From now on the file is this recording's; nothing more when it is that already.</summary>
    public void Start()
    {
        lock (gate)
        {
            if (phase != Phase.Opened) return;
            phase = Phase.Recording;
            writer = new Thread(Write) { IsBackground = true, Name = "record" };
            writer.Start();
        }
    }

    /// <summary>Records a datagram, if there is room; called from any thread, and never waits for the disk.</summary>
    /// <param name="local">What the socket is bound to.</param>
    public void Record(DatagramSource source, IPEndPoint local, ReadOnlySpan<byte> datagram)
    {
        lock (gate)
        {
            if (phase != Phase.Recording) return;
            var bytes = PcapFile.RecordBytes(local.AddressFamily, datagram.Length);
            if (fileBytes + bytes > fileBytesMax)
            {
                phase = Phase.Full;
                Monitor.Pulse(gate);
                return;
            }

            if (waitingBytes + bytes > filling.Length)
            {
                lostCount++;
                return;
            }

            PcapFile.WriteRecord(filling.AsSpan(waitingBytes), time.GetUtcNow(), source, local, datagram);
            recordedCount++;
            fileBytes += bytes;
            waitingBytes += bytes;
            if (waitingBytes == bytes || IsUrgent) Monitor.Pulse(gate);
        }
    }

    /// <summary>Writes what waits and closes the file, unless the disk takes too long.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (phase is Phase.Opened or Phase.Recording) phase = Phase.Closing;
            Monitor.Pulse(gate);
        }

        if (writer is null) content.Dispose();
        else if (!writer.Join(CloseTime)) log.RecordingStuck(path, CloseTime.TotalSeconds);
    }

    private bool IsUrgent => waitingBytes >= filling.Length / 2;

    private void Write()
    {
        var written = 0L;
        var batch = ReadOnlyMemory<byte>.Empty;
        try
        {
            content.SetLength(0);
            Span<byte> header = stackalloc byte[PcapFile.HeaderBytes];
            PcapFile.WriteHeader(header);
            content.Write(header);
            written = header.Length;
            log.RecordingBegins(path);
            while (Take(out batch))
            {
                content.Write(batch.Span);
                written += batch.Length;
                TellLost(isLast: false);
            }

            TellLost(isLast: true);
            if (phase == Phase.Full) log.RecordingFull(path, fileBytesMax);
            else log.RecordingEnds(path, recordedCount);
        }
#pragma warning disable CA1031 // without its recording the daemon goes on, whatever is wrong with the disk
        catch (Exception failure)
#pragma warning restore CA1031
        {
            lock (gate) phase = Phase.Failed;
            log.RecordingFails(path, failure.Message.TrimEnd('.'));
            CutBehindWhole(written, batch.Span);
        }
        finally
        {
            content.Dispose();
        }
    }

    /// <summary>What is to be written next, after a while or when it is much; false when that was all.</summary>
    private bool Take(out ReadOnlyMemory<byte> batch)
    {
        lock (gate)
        {
            while (waitingBytes == 0 && phase == Phase.Recording) Monitor.Wait(gate);
            if (phase == Phase.Recording && !IsUrgent) Monitor.Wait(gate, WriteInterval);
            batch = filling.AsMemory(0, waitingBytes);
            (filling, writing) = (writing, filling);
            waitingBytes = 0;
            return batch.Length > 0;
        }
    }

    private void TellLost(bool isLast)
    {
        long count;
        lock (gate)
        {
            if (lostCount == 0) return;
            if (!isLast && toldAt is { } last && time.GetElapsedTime(last) < ReportInterval) return;
            (count, lostCount) = (lostCount, 0);
        }

        toldAt = time.GetTimestamp();
        log.NotRecorded(count, path);
    }

    // So that readers find no half record where the disk was full.
    private void CutBehindWhole(long written, ReadOnlySpan<byte> batch)
    {
        try
        {
            var more = Math.Min(content.Length - written, batch.Length);
            content.SetLength(more > 0 ? written + PcapFile.WholeRecords(batch[..(int)more]) : written);
        }
#pragma warning disable CA1031 // readers pass over it, with a warning
        catch
#pragma warning restore CA1031
        {
        }
    }
}
