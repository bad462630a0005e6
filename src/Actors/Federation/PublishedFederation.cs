using System.Collections.Immutable;
using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>Whether a gateway is in the federation.</summary>
public enum GatewayPresence
{
    Here,

    /// <summary>It is a member, but cannot be reached.</summary>
    Unreachable,

    /// <summary>It left, or was given up.</summary>
    Gone,
}

/// <summary>Another gateway as it was a moment ago.</summary>
/// <param name="Name">Where it is, such as <c>10.1.0.1:5514</c>.</param>
/// <param name="Node">Its node's name; null as long as it said nothing.</param>
/// <param name="SinceMilliseconds">When its presence changed last, by our own elapsed time.</param>
/// <param name="Sent">Statuses sent to it.</param>
/// <param name="Received">Statuses that came from it.</param>
public sealed record GatewayState(
    string Name, HostName? Node, GatewayPresence Presence, long SinceMilliseconds, long Sent, long Received);

/// <summary>The federation as it was a moment ago.</summary>
/// <param name="IsJoined">Whether this node is in it.</param>
public sealed record FederationState(bool IsJoined, ImmutableArray<GatewayState> Gateways)
{
    public static readonly FederationState None = new(false, []);
}

/// <summary>The federation for readers on any thread.</summary>
public sealed class PublishedFederation
{
    private FederationState state = FederationState.None;

    public FederationState State => Volatile.Read(ref state);

    internal void Publish(FederationState next) => Volatile.Write(ref state, next);
}
