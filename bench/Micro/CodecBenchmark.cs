using BenchmarkDotNet.Attributes;
using Rwho.Protocol;

namespace Rwho.Bench.Micro;

/// <summary>A datagram from bytes, and to bytes.</summary>
public class CodecBenchmark
{
    private readonly byte[] destination = new byte[WhodLayout.MaxBytes];
    private WhodStatus status = null!;
    private byte[] bytes = [];

    [Params(0, 2, 42)]
    public int Users { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var entry = WhodEntry.Create("pts/0", "ann", 1_795_238_000, 60);
        status = Samples.Status(0, 0) with { Users = [.. Enumerable.Repeat(entry, Users)] };
        bytes = WhodCodec.ToDatagram(status).Bytes.ToArray();
    }

    [Benchmark]
    public bool Read() => WhodCodec.TryRead(bytes, out _, out _);

    [Benchmark]
    public int Write() => WhodCodec.Write(status, destination);
}
