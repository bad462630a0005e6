using System.Net;
using BenchmarkDotNet.Attributes;
using Rwho.Actors;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Bench.Micro;

/// <summary>A datagram at the table of 1000 hosts: one that tells something new, and a copy.</summary>
public class TableBenchmark
{
    private const int Hosts = 1000;
    private const int Rounds = 50;

    private readonly HostTable table = new(Samples.Name("self"));
    private readonly IPAddress from = IPAddress.Parse("192.0.2.1");
    private WhodDatagram[][] rounds = [];
    private int round;

    [GlobalSetup]
    public void Prepare()
    {
        // A round again is new to the table as soon as the last 32 of each host were others.
        rounds = [.. Enumerable.Range(0, Rounds).Select(round => Samples.Datagrams(Hosts, round).ToArray())];
        Observe();
    }

    [Benchmark(OperationsPerInvoke = Hosts)]
    public int Observe()
    {
        var next = rounds[++round % Rounds];
        return Hear(next, new Moment(Samples.Now + round, round * 1000L));
    }

    [Benchmark(OperationsPerInvoke = Hosts)]
    public int ObserveCopies() =>
        Hear(rounds[round % Rounds], new Moment(Samples.Now + round, round * 1000L));

    private int Hear(WhodDatagram[] datagrams, Moment now)
    {
        foreach (var datagram in datagrams) table.Observe(datagram, Via.Lan, from, now);
        return table.TakeChanges().Changed.Length;
    }
}
