using System.Runtime.CompilerServices;

namespace Rwho.Actors.Hosts;

/// <summary>
/// The hashes of a host's last 32 datagrams. A datagram seen before changes nothing. A field, never copied.
/// </summary>
public struct SeenDatagrams
{
    public const int Capacity = 32;

    private Hashes hashes;
    private int count;

    public readonly bool Contains(ulong hash) =>
        ((ReadOnlySpan<ulong>)hashes)[..Math.Min(count, Capacity)].Contains(hash);

    /// <summary>Remembers a datagram; the oldest of 32 is forgotten. Answers false when it was seen before.</summary>
    public bool Add(ulong hash)
    {
        if (Contains(hash)) return false;
        hashes[count % Capacity] = hash;
        count = count + 1 < 2 * Capacity ? count + 1 : Capacity;
        return true;
    }

    [InlineArray(Capacity)]
    private struct Hashes
    {
        private ulong first;
    }
}
