using System.Collections.Immutable;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>What a client asks for: one line.</summary>
public abstract record Request
{
    private Request()
    {
    }

    /// <param name="Hosts">Only these; empty for all.</param>
    public sealed record Ruptime(RuptimeOptions Options, ImmutableArray<string> Hosts) : Request
    {
        public bool Equals(Ruptime? other) =>
            other is not null && Options == other.Options && Hosts.SequenceEqual(other.Hosts);

        public override int GetHashCode() => HashCode.Combine(Options, Hosts.Length);
    }

    public sealed record Rwho(bool All) : Request;

    /// <param name="Hosts">Only these; empty for all.</param>
    public sealed record Json(ImmutableArray<string> Hosts) : Request
    {
        public bool Equals(Json? other) => other is not null && Hosts.SequenceEqual(other.Hosts);

        public override int GetHashCode() => Hosts.Length;
    }

    /// <param name="Host">As the client names it.</param>
    public sealed record Why(string Host) : Request;

    public sealed record Watch : Request;

    public sealed record Stats : Request;

    public sealed record Version : Request;

    public sealed record Help : Request;

    /// <summary>Not understood; the reason, in words for the client.</summary>
    public sealed record Wrong(string Reason) : Request
    {
        /// <summary>The answer of a part that rests after a failure.</summary>
        public static readonly Wrong Mending = new("busy: the node mends itself; try again");
    }
}
