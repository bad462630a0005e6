using Rwho.Tests.Fuzz.Coverage;
using Rwho.Tests.Fuzz.Mutation;

namespace Rwho.Tests.Fuzz;

/// <summary>
/// Input after input for one target, on one thread: each a corpus entry, changed; one that goes a way not seen yet
/// joins the corpus. The same seed and corpus give the same inputs.
/// </summary>
internal sealed class Fuzzer
{
    private const int MostEntries = 4096;
    private const int Recent = 8;

    private readonly Target target;
    private readonly Mutator mutator;
    private readonly Input input;
    private readonly List<byte[]> corpus = [];
    private readonly List<byte[]> taken = [];
    private readonly ulong[] kinds = new ulong[(ushort.MaxValue + 1) / 64];
    private readonly byte[] ways = CoverageMap.NewSet();
    private readonly int seeds;
    private RandomNumbers random;
    private long inputs;

    /// <param name="seeds">The corpus to begin with; at least one input.</param>
    public Fuzzer(Target target, IEnumerable<byte[]> seeds, ulong seed)
    {
        this.target = target;
        mutator = new Mutator(target.Layout, target.Words);
        input = new Input(target.MaxBytes);
        random = new RandomNumbers(seed);
        corpus.AddRange(seeds);
        this.seeds = corpus.Count;
    }

    /// <summary>Read by the thread that looks whether this one still goes on, too.</summary>
    public long Inputs => Volatile.Read(ref inputs);

    public long PastHeader { get; private set; }

    public long Taken { get; private set; }

    /// <summary>Over the outcomes of all inputs so far.</summary>
    public ulong Digest { get; private set; }

    public int CorpusSize => corpus.Count;

    /// <summary>Inputs that joined the corpus.</summary>
    public IEnumerable<byte[]> Found => corpus.Skip(seeds);

    public int Ways => CoverageMap.CountOf(ways);

    /// <summary>The input that is being read, or was last.</summary>
    public ReadOnlySpan<byte> Current => input.Bytes;

    /// <summary>Goes on for so many inputs, or to the first failure.</summary>
    public Failure? Run(long count)
    {
        for (var end = inputs + count; inputs < end;)
        {
            Next();
            Volatile.Write(ref inputs, inputs + 1);
            CoverageMap.Begin();
            if (Failure.Of(target, input.Bytes, out var outcome) is { } failure) return failure;
            Count(outcome);
        }

        return null;
    }

    private void Next()
    {
        if (inputs < seeds)
        {
            input.Set(corpus[(int)inputs]);
            return;
        }

        input.Set(Pick());
        mutator.Change(ref random, input, Pick());
        if (random.Below(2) == 0) target.Mend(input);
    }

    // The shorter of two: more of them can be read in the same time.
    private byte[] Pick()
    {
        var (one, other) = (PickOne(), PickOne());
        return one.Length <= other.Length ? one : other;
    }

    // What is new leads on to what else is new, and what is taken to what else may be.
    private byte[] PickOne() => random.Below(4) switch
    {
        0 => corpus[^(1 + random.Below(Math.Min(Recent, corpus.Count)))],
        1 => corpus[random.Below(corpus.Count)],
        _ when taken.Count > 0 => taken[random.Below(taken.Count)],
        _ => corpus[random.Below(corpus.Count)],
    };

    private void Count(Outcome outcome)
    {
        if (outcome.Depth >= Depth.PastHeader) PastHeader++;
        if (outcome.Depth == Depth.Taken) Taken++;
        Digest = (Digest ^ (ulong)outcome.Kind << 32 ^ (uint)input.Length) * 0x9E3779B97F4A7C15;
        var bit = 1UL << (outcome.Kind & 63);
        ref var word = ref kinds[outcome.Kind >> 6 & kinds.Length - 1];
        var isNew = (word & bit) == 0;
        word |= bit;
        isNew |= CoverageMap.AddTo(ways);
        if (inputs <= seeds) isNew = outcome.Depth == Depth.Taken;
        else if (isNew && corpus.Count < MostEntries) corpus.Add(input.Bytes.ToArray());
        if (isNew && outcome.Depth == Depth.Taken && taken.Count < MostEntries) taken.Add(input.Bytes.ToArray());
    }
}
