using System.Numerics;
using static Rwho.Protocol.WhodLayout;

namespace Rwho.Protocol;

/// <summary>A line or user name as <see cref="WhodEntry"/> packs it; the numbers compare as the bytes do.</summary>
internal static class PackedText
{
    private const int ByteBits = 8;

    /// <summary>The same text with NULs from its first NUL on: what senders leave behind it is no part of it.</summary>
    public static ulong CutAtNul(ulong packed)
    {
        for (var length = 0; length < EntryTextBytes; length++)
        {
            var rest = (EntryTextBytes - length) * ByteBits;
            if ((packed >> (rest - ByteBits) & byte.MaxValue) == 0) return length == 0 ? 0 : packed >> rest << rest;
        }

        return packed;
    }

    /// <summary>The bytes of a text that is cut, 0..8.</summary>
    public static int LengthOf(ulong cut) => EntryTextBytes - BitOperations.TrailingZeroCount(cut) / ByteBits;
}
