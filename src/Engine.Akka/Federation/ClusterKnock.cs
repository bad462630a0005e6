using System.Globalization;
using System.Runtime.Serialization;
using System.Text;

namespace Rwho.Engine.Federation;

/// <summary>
/// To a seed that is no member, or cannot be reached: who is where, so that two clusters of the same gateways notice.
/// </summary>
/// <param name="From">Where it is that says so.</param>
public sealed record ClusterKnock(string From, long Incarnation, Island Island)
{
    internal const int MaxBytes = 1000;

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{From} {Incarnation} {Island.Seeds} {Island.Members} {Island.First}"));

    /// <exception cref="SerializationException">It is none.</exception>
    internal static ClusterKnock Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxBytes && Encoding.UTF8.GetString(bytes).Split(' ') is
                [{ Length: > 0 } from, var incarnation, var seeds, var members, { Length: > 0 } first]
            && long.TryParse(incarnation, CultureInfo.InvariantCulture, out var uid)
            && ushort.TryParse(seeds, CultureInfo.InvariantCulture, out var seedCount)
            && ushort.TryParse(members, CultureInfo.InvariantCulture, out var memberCount))
            return new ClusterKnock(from, uid, new Island(seedCount, memberCount, first));
        throw new SerializationException($"{bytes.Length} bytes that are no knock of a gateway");
    }
}

/// <summary>
/// The members that reach each other. Of two the one with more seeds is the greater, since others join by seeds; then
/// the one with more members.
/// </summary>
/// <param name="First">The first of its members' names, which decides between equals.</param>
public sealed record Island(int Seeds, int Members, string First)
{
    /// <summary>Above zero when this is the greater one.</summary>
    public int CompareTo(Island other) =>
        Seeds != other.Seeds ? Seeds.CompareTo(other.Seeds)
        : Members != other.Members ? Members.CompareTo(other.Members)
        : string.CompareOrdinal(other.First, First);
}
