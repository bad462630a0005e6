using System.Collections.Immutable;

namespace Rwho.Engine.Federation;

/// <summary>A member of the cluster.</summary>
/// <param name="Name">Where it is, such as <c>10.1.0.1:5514</c>.</param>
/// <param name="Incarnation">Another one for each system at that place.</param>
public sealed record ClusterMember(string Name, long Incarnation, bool IsReachable);

/// <summary>What happens on a <see cref="ClusterLink"/>.</summary>
public abstract record LinkEvent
{
    private LinkEvent()
    {
    }

    /// <summary>The members but this one; told once it is one itself.</summary>
    public sealed record Members(ImmutableArray<ClusterMember> Others) : LinkEvent;

    /// <summary>A message of another one.</summary>
    public sealed record Came(string From, ReadOnlyMemory<byte> Bytes) : LinkEvent;

    /// <summary>The link is gone, for good.</summary>
    public sealed record Ended(string Reason) : LinkEvent;
}
