using System.Collections.Immutable;

namespace Rwho.Actors.Networks;

/// <summary>Which networks are announced to: Debian's <c>-a</c>, <c>-b</c>, <c>-p</c> and <c>-i</c>.</summary>
/// <param name="Interfaces">Only these, by name; empty for every one.</param>
/// <param name="MulticastTtl">Also to the who group on every multicast interface; null for not at all.</param>
public sealed record NetworkSelection(
    bool Broadcast, bool PointToPoint, ImmutableArray<string> Interfaces, int? MulticastTtl = null)
{
    public static readonly NetworkSelection All = new(true, true, []);

    public bool Includes(InterfaceAddress at) => Interfaces.IsEmpty || Interfaces.Any(at.IsCalled);
}
