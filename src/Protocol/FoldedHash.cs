namespace Rwho.Protocol;

/// <summary>
/// A folded 64x64 multiplication a word: the same on every machine and in every run, since gateways compare hashes and
/// a simulation's trace holds them.
/// </summary>
internal static class FoldedHash
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    public static ulong Add(ulong hash, ulong word)
    {
        var left = hash ^ word;
        var high = Math.BigMul(left, Odd, out var low);
        return high ^ low ^ left;
    }
}
