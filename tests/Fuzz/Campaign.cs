using System.Globalization;

namespace Rwho.Tests.Fuzz;

/// <summary>A run over some targets, one after another, each on all threads.</summary>
/// <param name="inputs">For each target; 0 for as many as the time gives.</param>
/// <param name="time">For all of them together, where no number of inputs is given.</param>
/// <param name="corpus">A directory with more inputs to begin with, and for those found; null for none.</param>
internal sealed class Campaign(long inputs, TimeSpan time, ulong seed, int threads, string? corpus)
{
    /// <summary>An input that takes longer than this is a failure, however slow the machine is.</summary>
    private const int HangSeconds = 60;

    private const int InputsBetweenLooks = 500;
    private const int MostHexBytes = 4096;

    private Failure? failure;

    /// <returns>The exit status: 1 when an input failed.</returns>
    public int Execute(IReadOnlyCollection<string> targets)
    {
        foreach (var name in targets)
        {
            var start = TimeProvider.System.GetTimestamp();
            var fuzzers = Enumerable.Range(0, threads).Select(index => New(name, index)).ToList();
            Run(fuzzers, time / targets.Count);
            Tell(name, fuzzers, TimeProvider.System.GetElapsedTime(start));
            if (corpus is not null)
                Corpus.Save(corpus, Targets.New(name), fuzzers.SelectMany(fuzzer => fuzzer.Found));
            if (failure is not null) return Tell(name, failure.Minimised(Targets.New(name)));
        }

        return 0;
    }

    /// <summary>Reads a file once.</summary>
    /// <returns>The exit status: 1 when it fails.</returns>
    public static int Replay(IEnumerable<string> targets, string file)
    {
        var status = 0;
        foreach (var name in targets)
        {
            var failure = Failure.Of(Targets.New(name), File.ReadAllBytes(file), out var outcome);
            Console.WriteLine(failure is null ? $"{name}: {outcome.Depth}" : $"{name}: {failure.Thrown}");
            if (failure is not null) status = 1;
        }

        return status;
    }

    private Fuzzer New(string name, int index)
    {
        var target = Targets.New(name);
        return new Fuzzer(target, Corpus.Of(target, corpus), seed + ((ulong)index << 32));
    }

    private void Run(List<Fuzzer> fuzzers, TimeSpan share)
    {
        var start = TimeProvider.System.GetTimestamp();
        var workers = fuzzers.Select((fuzzer, index) => new Thread(() => Work(fuzzer, index, IsOver)))
            .ToList();
        foreach (var worker in workers)
        {
            worker.IsBackground = true;
            worker.Start();
        }

        foreach (var (fuzzer, worker) in fuzzers.Zip(workers)) Await(fuzzer, worker);

        bool IsOver() => Volatile.Read(ref failure) is not null
            || (inputs == 0 && TimeProvider.System.GetElapsedTime(start) >= share);
    }

    private void Work(Fuzzer fuzzer, int index, Func<bool> isOver)
    {
        var share = inputs == 0 ? long.MaxValue : inputs / threads + (index < inputs % threads ? 1 : 0);
        while (fuzzer.Inputs < share && !isOver())
        {
            var found = fuzzer.Run(Math.Min(InputsBetweenLooks, share - fuzzer.Inputs));
            if (found is not null) Interlocked.CompareExchange(ref failure, found, null);
        }
    }

    private void Await(Fuzzer fuzzer, Thread worker)
    {
        var last = -1L;
        for (var seconds = 0; !worker.Join(TimeSpan.FromSeconds(1)); seconds++)
        {
            if (fuzzer.Inputs != last) (last, seconds) = (fuzzer.Inputs, 0);
            if (seconds < HangSeconds) continue;
            var hang = new Failure(fuzzer.Current.ToArray(), new TimeoutException($"no end after {HangSeconds} s"));
            Interlocked.CompareExchange(ref failure, hang, null);
            return;
        }
    }

    private void Tell(string name, List<Fuzzer> fuzzers, TimeSpan took)
    {
        var all = fuzzers.Sum(fuzzer => fuzzer.Inputs);
        var digest = fuzzers.Aggregate(0UL, (sum, fuzzer) => sum * 31 + fuzzer.Digest);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-13} {all} inputs in {took.TotalSeconds:0.0} s ({all / took.TotalSeconds:0}/s), "
            + $"{100.0 * fuzzers.Sum(fuzzer => fuzzer.PastHeader) / all:0.0} % past the header checks, "
            + $"{100.0 * fuzzers.Sum(fuzzer => fuzzer.Taken) / all:0.0} % taken, "
            + $"corpus {fuzzers.Max(fuzzer => fuzzer.CorpusSize)}, {fuzzers.Max(fuzzer => fuzzer.Ways)} ways, "
            + $"seed {seed}, {threads} threads, digest {digest:x16}"));
    }

    private static int Tell(string name, Failure failure)
    {
        var file = $"fuzz-{name}-{Corpus.NameOf(failure.Input)}";
        File.WriteAllBytes(file, failure.Input);
        Console.WriteLine($"BROKEN: {name}: {failure.Thrown}");
        Console.WriteLine($"{failure.Input.Length} bytes: "
            + Convert.ToHexStringLower(failure.Input.AsSpan(0, Math.Min(failure.Input.Length, MostHexBytes))));
        Console.WriteLine(
            $"Once more: dotnet run -c Release --project tests/Fuzz -- {name} --replay {Path.GetFullPath(file)}");
        return 1;
    }
}
