using BenchmarkDotNet.Attributes;
using Rwho.Bench.Engines;

namespace Rwho.Bench.Micro;

/// <summary>A message to an actor, from one other and from four; and a message and its answer.</summary>
public class MailboxBenchmark
{
    private const int Messages = 100_000;

    private readonly ActorSystem system = ActorSystem.Create("bench", new EngineSettings());

    [GlobalCleanup]
    public Task End() => system.Terminate();

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task<double> ToldByOne() => Throughput.ManyToOne(system, senders: 1, Messages);

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task<double> ToldByFour() => Throughput.ManyToOne(system, senders: 4, Messages / 4);

    [Benchmark(OperationsPerInvoke = 2 * Messages)]
    public Task<double> PingPong() => Throughput.PingPong(system, pairs: 1, Messages);
}
