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

    /// <summary>Asks for a reply; answered by <see cref="Rendered"/>.</summary>
    public sealed record Render(Request Request);

    /// <summary>The reply, held for who asked.</summary>
    public sealed record Rendered(Reply Reply);

    /// <summary>Asks for the board now and every change from then on, each a <see cref="Line"/>.</summary>
    public sealed record Subscribe
    {
        public static readonly Subscribe Instance = new();
    }

    /// <summary>Something for a watcher, held for it.</summary>
    /// <param name="IsBoard">The first one, which may be large.</param>
    public sealed record Line(Reply Reply, bool IsBoard);

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
