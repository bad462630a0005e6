using Rwho.Tests.Fuzz.Coverage;
using Rwho.Tests.Fuzz.Planted;

namespace Rwho.Tests.Fuzz.Tests;

/// <summary>Flaws planted on purpose are found, and told so that they can be mended.</summary>
public sealed class FlawTests
{
    private const int Inputs = 300_000;

    /// <summary>What each target's flaw is to be met with: inputs deep inside the reader.</summary>
    private static readonly Dictionary<string, PlantedFlaw.Condition> Flaws = new()
    {
        ["datagram"] = (input, taken) => taken && input.Length == 60 + 3 * 24 && input[12 + 30] != 0 && input[80] > 127,
        ["neighbour"] = (input, taken) => taken && input[2] == 1 && input[3] == 255 && input[4] > 127,
        ["federation"] = (input, taken) => taken && input[1] == 4 && input.Length > 100,
        ["spool"] = (input, taken) => taken && input.Length > 1068,
        ["text"] = (input, taken) => taken && input.Length > 400 && input.Contains((byte)0x1B),
        ["request"] = (input, taken) => taken && input.StartsWith("ruptime"u8) && input.IndexOf(" -- -"u8) > 0,
        ["board"] = (input, taken) => taken && input.IndexOf("\\u001b"u8) > 0,
        ["pcap"] = (input, taken) => taken && input[0] == 0x4D,
        ["configuration"] = (input, taken) => taken && input.IndexOf("\"hosts-max\""u8) > 0
            && input.Contains((byte)'/'),
        ["utmp"] = (input, taken) => taken && input.Length > 800 && input[^1] != 0 && input.IndexOf((byte)0x80) > 0,
        ["logind"] = (input, taken) => taken && input.IndexOf("\\\n"u8) > 0 && input.IndexOf("CLASS=user-early"u8) > 0,
        ["environment"] = (input, taken) => taken && input.IndexOf("\"\\\""u8) > 0 && input.Contains((byte)'\''),
        ["proc"] = (input, taken) => taken && input.IndexOf("btime 9223372036854775808"u8) >= 0,
    };

    public static TheoryData<string> Names => [.. Targets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_flaw_of_each_reader_is_found(string name)
    {
        var flaw = new PlantedFlaw(Targets.New(name), Flaws[name]);
        var failure = new Fuzzer(flaw, Corpus.Of(flaw), seed: 1).Run(Inputs);
        Assert.NotNull(failure);
        Assert.Equal(PlantedFlaw.Rule, failure.Thrown.Message);
        Assert.NotNull(Failure.Of(flaw, failure.Input, out _)); // it fails again
    }

    [Fact]
    public void A_failing_input_is_told_as_short_as_it_still_fails()
    {
        var flaw = new PlantedFlaw(Targets.New("request"), (input, _) => input.IndexOf("wh"u8) < input.IndexOf("fj"u8));
        var failure = new Failure("ruptime what of fjords\n"u8.ToArray(), new BrokenRuleException(PlantedFlaw.Rule));
        Assert.Equal("fj"u8.ToArray(), failure.Minimised(flaw).Input);
    }

    [Fact]
    public void Inputs_that_run_new_code_lead_to_flaws_that_chance_would_not_meet()
    {
        Assert.Equal("no flaw", RunStaircase());
        var directory = Directory.CreateTempSubdirectory("rwho-fuzz-");
        try
        {
            Assert.Equal("nobody comes this far",
                new GuidedContext(directory.FullName).Call(typeof(FlawTests), nameof(RunStaircase)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(Digest(seed: 7), Digest(seed: 7));
        Assert.NotEqual(Digest(seed: 7), Digest(seed: 8));
    }

    internal static string RunStaircase() =>
        new Fuzzer(new Staircase(), [new byte[8]], seed: 1).Run(1_000_000)?.Thrown.Message ?? "no flaw";

    private static ulong Digest(ulong seed)
    {
        var target = Targets.New("datagram");
        var fuzzer = new Fuzzer(target, Corpus.Of(target), seed);
        Assert.Null(fuzzer.Run(20_000));
        return fuzzer.Digest;
    }
}
