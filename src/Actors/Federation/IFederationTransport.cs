using System.Collections.Immutable;

namespace Rwho.Actors.Federation;

/// <summary>The way to the gateways of other networks.</summary>
public interface IFederationTransport
{
    /// <summary>Completes when the last link has left the others: the program ends no earlier, if it can.</summary>
    Task WhenLeft { get; }

    /// <summary>Joins the others, in the background.</summary>
    /// <param name="tell">
    /// Called on any thread with what happens; must not block or throw. After <see cref="FederationEvent.Ended"/> comes
    /// nothing more.
    /// </param>
    IFederationLink Join(Action<FederationEvent> tell);
}

/// <summary>This node among the gateways. Disposing of it leaves them, in the background.</summary>
public interface IFederationLink : IDisposable
{
    /// <summary>Sends a message of at most 60,000 bytes; it may be lost.</summary>
    void Send(FederationMember to, byte[] message);
}

/// <summary>A gateway as the transport knows it.</summary>
/// <param name="Name">Where it is, such as <c>10.1.0.1:5514</c>.</param>
/// <param name="Incarnation">Another one for each time it joins.</param>
public sealed record FederationMember(string Name, long Incarnation, bool IsReachable);

/// <summary>What happens on a link.</summary>
public abstract record FederationEvent
{
    private FederationEvent()
    {
    }

    /// <summary>Who is there now, this node left out. The first one says that it joined.</summary>
    public sealed record Members(ImmutableArray<FederationMember> Others) : FederationEvent;

    /// <summary>A message.</summary>
    public sealed record Came(string From, ReadOnlyMemory<byte> Bytes) : FederationEvent;

    /// <summary>The link is gone; another has to be joined.</summary>
    public sealed record Ended(string Reason) : FederationEvent;
}
