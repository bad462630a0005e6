using System.Numerics;

namespace Rwho.Tests.Fuzz.Mutation;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed, on every version of .NET.
/// </summary>
internal struct RandomNumbers(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return mixed ^ mixed >> 31;
    }

    /// <summary>0 to one less than the bound, which is at least 1.</summary>
    public int Below(int bound) => (int)((Next() >> 32) * (ulong)bound >> 32);

    /// <summary>1 or more: each one more with half the probability.</summary>
    public int Few(int most) => Math.Min(1 + BitOperations.TrailingZeroCount(Next()), most);
}
