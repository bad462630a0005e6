using Microsoft.Extensions.Logging;
using Rwho.Actors.Udp;

namespace Rwho.Tests.Node.Recording;

/// <summary>A file in memory, on a disk that can be full, or take nothing until it is told to.</summary>
internal sealed class Disk(long capacityBytes = long.MaxValue) : MemoryStream
{
    private readonly ManualResetEventSlim isMoving = new(true);
    private byte[]? last;

    /// <summary>Set while a writer waits.</summary>
    public ManualResetEventSlim IsWaitedFor { get; } = new();

    public bool IsClosed => last is not null;

    public void Stop() => isMoving.Reset();

    public void Go() => isMoving.Set();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!isMoving.IsSet) IsWaitedFor.Set();
        isMoving.Wait(Eventually.Deadline);
        var room = (int)Math.Min(capacityBytes - Position, buffer.Length);
        base.Write(buffer[..room]);
        if (room < buffer.Length) throw new IOException("No space left on device.");
    }

    /// <summary>What was written, also when it is closed.</summary>
    public List<RecordedDatagram> Read(out bool isCutShort)
    {
        using var stream = new MemoryStream(last ?? ToArray());
        Assert.True(PcapFile.TryOpen(stream, out var file, out var problem), problem);
        var read = file.Read().ToList();
        isCutShort = file.IsCutShort;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        last ??= ToArray();
        base.Dispose(disposing);
    }
}

/// <summary>Keeps the lines of a log.</summary>
internal sealed class Lines : ILogger
{
    private readonly List<string> lines = [];

    public string[] All
    {
        get
        {
            lock (lines) return [.. lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (lines) lines.Add(formatter(state, exception));
    }
}

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class Clock : TimeProvider
{
    private long ticks;

    public DateTimeOffset Now => new DateTimeOffset(2026, 11, 21, 9, 12, 35, TimeSpan.Zero).AddTicks(ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);
}
