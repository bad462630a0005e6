using System.Globalization;
using Rwho.Actors;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation;

/// <summary>Many seeds.</summary>
internal sealed class Batch(int first, int count, int threads, int events, string? jsonFile, SiteOptions options)
{
    private readonly Lock output = new();
    private int next = first - 1;
    private int done;
    private bool failed;

    public int Execute()
    {
        var workers = Enumerable.Range(0, Math.Clamp(threads, 1, count)).Select(_ => new Thread(Work)).ToList();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return failed ? 1 : 0;
    }

    private void Work()
    {
        while (!Volatile.Read(ref failed) && Interlocked.Increment(ref next) is var seed && seed < first + count)
        {
            using var run = new Run(seed, options, count == 1 ? threads : 1);
            var report = run.Execute(Progress);
            lock (output) Tell(run, report);
        }
    }

    // One seed may take minutes; many tell of themselves.
    private void Progress(double share)
    {
        if (count == 1 && !Console.IsErrorRedirected) Console.Error.Write($"\r{share:P0} ");
    }

    private void Tell(Run run, Report report)
    {
        done++;
        if (jsonFile is not null)
        {
            using var file = File.CreateText(jsonFile);
            report.WriteJson(file);
        }

        if (report.Violations.Count > 0)
        {
            failed = true;
            Console.WriteLine("What went wrong on purpose:");
            foreach (var line in run.Faults) Console.WriteLine($"  {line}");
            Console.WriteLine($"The last {events} events:");
            foreach (var line in run.LastEvents(events)) Console.WriteLine($"  {line}");
            foreach (var violation in report.Violations) Console.WriteLine($"NEVER: {violation}");
            Console.WriteLine("Once more: " + Replay(run.Seed, options));
            report.Print(Console.Out);
            return;
        }

        if (count == 1) report.Print(Console.Out);
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done}/{count} seed {run.Seed}: {report.Took.TotalSeconds:0.0} s, "
            + $"{report.Deliveries} deliveries, "
            + $"digest {report.Digest}"));
    }

    /// <summary>The command that runs a seed again.</summary>
    public static string Replay(int seed, SiteOptions options)
    {
        var command = string.Create(CultureInfo.InvariantCulture,
            $"dotnet run -c Release --project tests/Simulation -- --seed {seed} --hosts {options.Hosts} "
            + $"--lans {options.Lans} --hours {options.Hours}");
        if (!options.HasFaults) command += " --calm";
        return options.Flaw == Flaw.None ? command : $"{command} --flaw {options.Flaw}";
    }
}
