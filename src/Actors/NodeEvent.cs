using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Query;

namespace Rwho.Actors;

/// <summary>What the program is told of its node.</summary>
public abstract record NodeEvent
{
    private NodeEvent()
    {
    }

    /// <summary>The socket is bound, the board is filled from the spool, announcing has begun.</summary>
    /// <param name="Query">Where clients may ask, with the ports that the system chose.</param>
    public sealed record Ready(IPEndPoint Local, ImmutableArray<QueryEndpoint> Query) : NodeEvent;

    /// <summary>The socket could not be bound at the start: nothing was begun.</summary>
    public sealed record BindFailed(IPEndPoint Local, SocketError Error) : NodeEvent;

    /// <summary>Clients could not be listened for at the start: nothing was begun.</summary>
    public sealed record ListenFailed(QueryEndpoint Endpoint, SocketError Error, string Reason) : NodeEvent;

    /// <summary>A sign of life, when asked for one.</summary>
    public sealed record Alive : NodeEvent;

    /// <summary>The node ended, as told.</summary>
    public sealed record Stopped : NodeEvent;

    /// <summary>A part of the node is gone that nothing can bring back.</summary>
    public sealed record Lost(string Part, string Reason) : NodeEvent;
}
