using System.Buffers;
using System.Net;
using BenchmarkDotNet.Attributes;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Bench.Micro;

/// <summary>The board of 1000 hosts as text.</summary>
public class TextBenchmark
{
    private const int Hosts = 1000;

    private readonly ArrayBufferWriter<byte> output = new(1 << 20);
    private readonly HostName node = Samples.Name("self");
    private HostStatus[] statuses = [];
    private HostRow[] rows = [];

    [GlobalSetup]
    public void Prepare()
    {
        statuses = [.. Samples.Datagrams(Hosts, 0).Select(datagram => new HostStatus(datagram, Samples.Now))];
        rows = [.. statuses.Select(status => new HostRow(status, Via.Lan, IPAddress.Parse("192.0.2.1"), null))];
    }

    [Benchmark]
    public int Ruptime()
    {
        output.ResetWrittenCount();
        RuptimeText.Write(output, statuses, default, Samples.Now);
        return output.WrittenCount;
    }

    [Benchmark]
    public int Rwho()
    {
        output.ResetWrittenCount();
        RwhoText.Write(output, statuses, all: true, Samples.Now, TimeZoneInfo.Utc);
        return output.WrittenCount;
    }

    [Benchmark]
    public int Json()
    {
        output.ResetWrittenCount();
        BoardJson.WriteBoard(output, node, rows, Samples.Now);
        return output.WrittenCount;
    }
}
