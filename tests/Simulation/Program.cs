using System.CommandLine;
using Rwho.Actors;
using Rwho.Actors.Udp;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation;

/// <summary>Runs seed after seed, one a thread, until one shows what never may be.</summary>
public static class Program
{
    public static int Main(string[] args)
    {
        var seed = new Option<int>("--seed") { Description = "the first seed", DefaultValueFactory = _ => 1 };
        var seeds = new Option<int>("--seeds") { Description = "how many seeds", DefaultValueFactory = _ => 1 };
        var hosts = new Option<int>("--hosts") { Description = "hosts of a site", DefaultValueFactory = _ => 30 };
        var lans = new Option<int>("--lans") { Description = "networks of a site", DefaultValueFactory = _ => 4 };
        var hours = new Option<double>("--hours") { Description = "virtual hours", DefaultValueFactory = _ => 2 };
        var calm = new Option<bool>("--calm") { Description = "nothing goes wrong" };
        var flaw = new Option<Flaw>("--flaw") { Description = "a rule of the node that is broken on purpose" };
        var json = new Option<string?>("--json") { Description = "writes the last report to this file" };
        var trace = new Option<int>("--trace") { Description = "events shown", DefaultValueFactory = _ => 60 };
        var replay = new Option<string?>("--replay")
        {
            Description = "a recording of rwhod --record, to be received once more",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "seeds at a time; with one seed, threads for its hosts",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var command = new RootCommand("A site in a box: whole networks of nodes, simulated in virtual time.")
        {
            seed, seeds, hosts, lans, hours, calm, flaw, json, trace, threads, replay,
        };
        command.SetAction(parsed => parsed.GetValue(replay) is { } recording ? Receive(recording)
            : YoungGeneration.RunWithRoom(parsed.GetValue(hosts), args) ?? new Batch(
            parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(threads), parsed.GetValue(trace),
            parsed.GetValue(json),
            new SiteOptions(
                parsed.GetValue(hosts), parsed.GetValue(lans), parsed.GetValue(hours), !parsed.GetValue(calm))
            {
                Flaw = parsed.GetValue(flaw),
            })
            .Execute());
        return command.Parse(args).Invoke();
    }

    private static int Receive(string recording)
    {
        using var stream = File.OpenRead(recording);
        if (!PcapFile.TryOpen(stream, out var file, out var problem))
        {
            Console.Error.WriteLine($"{recording}: {problem}");
            return 74;
        }

        using var replay = new Replay(file.Read());
        replay.Execute();
        replay.Print(Console.Out);
        return 0;
    }
}
