using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rwho.Tests.Fuzz.Coverage;

/// <summary>
/// Which ways the code under test went, as AFL counts them: each pair of one block after another has a counter, and its
/// counts are told apart as 1, 2, 3, 4-7, 8-15, 16-31, 32-127 and more. Instrumented assemblies call <see cref="Hit"/>.
/// </summary>
public static class CoverageMap
{
    private const int Size = 1 << 14;

    [ThreadStatic]
    private static byte[]? counts;

    [ThreadStatic]
    private static int previous;

    /// <summary>Whether the assemblies under test are instrumented.</summary>
    public static bool IsOn { get; set; }

    /// <summary>A block begins; on a thread that does not count, nothing happens.</summary>
    public static void Hit(int block)
    {
        if (counts is not { } map) return;
        map[(block ^ previous) & Size - 1]++;
        previous = block >> 1;
    }

    /// <summary>Forgets the input before.</summary>
    internal static void Begin()
    {
        if (!IsOn) return;
        previous = 0;
        if (counts is null) counts = new byte[Size];
        else counts.AsSpan().Clear();
    }

    /// <summary>A set of ways, empty at first.</summary>
    internal static byte[] NewSet() => IsOn ? new byte[Size] : [];

    /// <summary>Adds the ways that the input went; whether one of them was not in the set yet.</summary>
    internal static bool AddTo(byte[] seen)
    {
        if (!IsOn || counts is not { } map) return false;
        var isNew = false;
        var words = MemoryMarshal.Cast<byte, ulong>(map);
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] != 0) isNew |= AddTo(seen, map, word * sizeof(ulong));
        }

        return isNew;
    }

    internal static int CountOf(byte[] seen) => seen.Count(ways => ways != 0);

    private static bool AddTo(byte[] seen, byte[] map, int first)
    {
        var isNew = false;
        for (var i = first; i < first + sizeof(ulong); i++)
        {
            var bit = BitOf(map[i]);
            isNew |= (seen[i] & bit) != bit;
            seen[i] |= bit;
        }

        return isNew;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte BitOf(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
