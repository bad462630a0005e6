namespace Rwho.Tests.Fuzz.Tests;

/// <summary>The rules of every reader, over the corpus and a fixed run of hostile inputs.</summary>
public sealed class TargetTests
{
    private const int Inputs = 5_000;

    public static TheoryData<string> Names => [.. Targets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_rules_hold_for_hostile_inputs(string name)
    {
        var target = Targets.New(name);
        var fuzzer = new Fuzzer(target, Corpus.Of(target), seed: 1);
        var failure = fuzzer.Run(Inputs);
        Assert.True(failure is null, $"{Convert.ToHexStringLower(failure?.Input ?? [])}: {failure?.Thrown}");
        Assert.InRange(fuzzer.Taken, Inputs / 100, Inputs);
    }

    /// <summary>Files <c>found-*</c> are inputs that once broke a rule; their names tell which one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_rules_hold_for_what_once_broke_them(string name)
    {
        var target = Targets.New(name);
        foreach (var file in Corpus.Files(Corpus.Home, target))
        {
            var failure = Failure.Of(target, File.ReadAllBytes(file), out _);
            Assert.True(failure is null, $"{file}: {failure?.Thrown}");
        }
    }

    [Fact]
    public void Every_folder_of_the_corpus_is_a_target() => Assert.Empty(
        Directory.GetDirectories(Corpus.Home).Select(Path.GetFileName).Except(Targets.Names));

    [Fact]
    public void Half_of_all_datagrams_come_past_the_checks_of_the_header()
    {
        var target = Targets.New("datagram");
        var fuzzer = new Fuzzer(target, Corpus.Of(target), seed: 1);
        fuzzer.Run(Inputs);
        Assert.InRange(fuzzer.PastHeader, Inputs / 2, Inputs);
    }
}
