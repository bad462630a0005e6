using System.CommandLine;
using Rwho.Tests.Fuzz.Coverage;

namespace Rwho.Tests.Fuzz;

/// <summary>Hostile bytes for each reader of the product, until one breaks a rule.</summary>
public static class Program
{
    public static int Main(string[] args)
    {
        var names = new Argument<string[]>("TARGET")
        {
            Description = "what to try; all of them when none is named",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.AcceptOnlyFromAmong([.. Targets.Names]);
        var inputs = new Option<long>("--inputs") { Description = "inputs for each target", HelpName = "N" };
        var seconds = new Option<double>("--seconds")
        {
            Description = "how long, shared by the targets",
            HelpName = "T",
            DefaultValueFactory = _ => 60,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "the same seed, inputs and threads give the same run",
            HelpName = "S",
            DefaultValueFactory = _ => (ulong)Random.Shared.Next(),
        };
        var threads = new Option<int>("--threads")
        {
            Description = "each goes its own way",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var plain = new Option<bool>("--plain") { Description = "faster, but not guided by what code an input runs" };
        var corpus = new Option<string?>("--corpus")
        {
            Description = "begin with what is in this directory, too, and add what is found",
            HelpName = "DIR",
        };
        var replay = new Option<string?>("--replay") { Description = "reads this file alone", HelpName = "FILE" };
        var program = new RootCommand("Hostile bytes for every reader of rwho (docs/fuzzing.md)")
        {
            names, inputs, seconds, seed, threads, plain, corpus, replay,
        };
        program.SetAction(result =>
        {
            var targets = result.GetValue(names) is { Length: > 0 } named ? named : [.. Targets.Names];
            if (result.GetValue(replay) is { } file) return Campaign.Replay(targets, file);
            if (!result.GetValue(plain) && !CoverageMap.IsOn) return Guided(args);
            return new Campaign(
                result.GetValue(inputs), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(seed),
                result.GetValue(threads), result.GetValue(corpus)).Execute(targets);
        });
        return program.Parse(args).Invoke();
    }

    private static int Guided(string[] args)
    {
        var directory = Directory.CreateTempSubdirectory("rwho-fuzz-");
        try
        {
            var context = new GuidedContext(directory.FullName);
            Console.WriteLine($"guided by {context.Blocks} blocks of code");
            return (int)context.Call(typeof(Program), nameof(Main), [args])!;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
