using System.Collections.Immutable;
using System.Net.Sockets;

namespace Rwho.Actors.Query;

/// <summary>The conversation around a client's request.</summary>
public static class QueryProtocol
{
    /// <summary>To the parent: clients can ask.</summary>
    public sealed record Listening(ImmutableArray<QueryEndpoint> Endpoints);

    /// <summary>To the parent: not there; it will be tried again.</summary>
    public sealed record ListenFailed(QueryEndpoint Endpoint, SocketError Error, string Reason);

    /// <summary>Asks for a reply; answered by <see cref="Filled"/>.</summary>
    public sealed record Render(Request Request, Outbox Outbox);

    /// <summary>Asks for the board now and every change from then on, each told by <see cref="Filled"/>.</summary>
    public sealed record Subscribe(Outbox Outbox);

    /// <summary>Something is in the outbox.</summary>
    public sealed record Filled
    {
        public static readonly Filled Instance = new();
    }

    /// <summary>To who wants to watch: not now, and why.</summary>
    public sealed record Refused(Request.Wrong Why);

    /// <summary>To who owns the listeners: clients may be accepted from now on.</summary>
    internal sealed record Open
    {
        public static readonly Open Instance = new();
    }

    /// <summary>To who owns the listeners: no more clients; those there go on.</summary>
    internal sealed record Shut
    {
        public static readonly Shut Instance = new();
    }

    /// <summary>To who owns the sessions: replies that are not read take too much memory.</summary>
    internal sealed record Relieve
    {
        public static readonly Relieve Instance = new();
    }

    /// <summary>To who makes replies: somebody else made a large one, whose memory is to be given back.</summary>
    internal sealed record LargeMade
    {
        public static readonly LargeMade Instance = new();
    }

    internal sealed record Accepted(IQueryListener Listener, IQueryConnection Connection);

    internal sealed record AcceptFailed(IQueryListener Listener, SocketError Error);

    internal sealed record AcceptAgain(IQueryListener Listener);

    internal sealed record ListenAgain
    {
        public static readonly ListenAgain Instance = new();
    }

    internal sealed record Received(int Bytes);

    internal sealed record Sent(bool All);

    internal sealed record Expired
    {
        public static readonly Expired Instance = new();
    }
}
