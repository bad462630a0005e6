using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rwho.Actors.Query;

namespace Rwho.Tests.Actors;

/// <summary>A node's listeners in memory, and the clients that connect to them.</summary>
internal sealed class MemoryQuery : IQueryTransport
{
    private readonly List<Listener> listeners = [];

    public SocketError? ListenFault { get; set; }

    public SocketError? AcceptFault { get; set; }

    /// <summary>Thrown by the listener, once a client has come.</summary>
    public Exception? ListenerFault { get; set; }

    public int OpenListeners => listeners.Count;

    public IQueryListener Listen(QueryEndpoint endpoint)
    {
        if (ListenFault is { } fault) throw new SocketException((int)fault);
        var listener = new Listener(this, endpoint);
        listeners.Add(listener);
        return listener;
    }

    /// <summary>A client's connection: taken by the node when it next accepts.</summary>
    public MemoryClient Connect(string? from = "127.0.0.1")
    {
        var client = new MemoryClient(from is null ? null : IPAddress.Parse(from));
        Arrive(client);
        return client;
    }

    /// <inheritdoc cref="Connect"/>
    public void Arrive(MemoryClient client) => listeners[0].Arrive(client);

    private sealed class Listener(MemoryQuery owner, QueryEndpoint endpoint) : IQueryListener
    {
        private readonly Queue<MemoryClient> arrived = new();
        private (Action<IQueryConnection> Accepted, Action<SocketError> Failed)? waiting;

        public QueryEndpoint Local => endpoint;

        public void Accept(Action<IQueryConnection> accepted, Action<SocketError> failed)
        {
            if (owner.ListenerFault is { } fault) throw fault;
            waiting = (accepted, failed);
            Match();
        }

        public void Arrive(MemoryClient client)
        {
            arrived.Enqueue(client);
            Match();
        }

        public void Dispose() => owner.listeners.Remove(this);

        private void Match()
        {
            if (arrived.Count == 0 || waiting is not { } calls) return;
            waiting = null;
            if (owner.AcceptFault is { } fault) calls.Failed(fault);
            else calls.Accepted(arrived.Dequeue());
        }
    }
}

/// <summary>A client and its connection; what it does not read waits, as in a full socket buffer.</summary>
internal sealed class MemoryClient(IPAddress? address) : IQueryConnection
{
    private readonly Queue<byte> toNode = new();
    private readonly MemoryStream fromNode = new();
    private (Memory<byte> Buffer, Action<int> Done)? receiving;
    private Action? unsent;
    private bool ended;
    private bool failed;

    public IPAddress? Remote => address;

    public uint? User { get; init; }

    /// <summary>Thrown by the connection when the node sends.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether the client reads what the node sends.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Whether the node closed the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the node shut its sending side.</summary>
    public bool HasEnd { get; private set; }

    public string Text => Encoding.Latin1.GetString(fromNode.ToArray());

    public ImmutableArray<string> Lines => [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public MemoryClient Says(string text) => Says(Encoding.Latin1.GetBytes(text));

    public MemoryClient Says(byte[] bytes)
    {
        foreach (var one in bytes) toNode.Enqueue(one);
        Pump();
        return this;
    }

    /// <summary>The client sends no more.</summary>
    public MemoryClient Ends()
    {
        ended = true;
        Pump();
        return this;
    }

    /// <summary>The client is gone, without a word.</summary>
    public void Resets()
    {
        failed = true;
        Pump();
        unsent?.Invoke();
    }

    /// <summary>Reads what waited, and on.</summary>
    public void ReadsOn()
    {
        Reads = true;
        var waited = unsent;
        unsent = null;
        waited?.Invoke();
    }

    void IQueryConnection.Receive(Memory<byte> buffer, Action<int> received)
    {
        if (receiving is not null) throw new InvalidOperationException("one receive at a time");
        receiving = (buffer, received);
        Pump();
    }

    void IQueryConnection.Send(ReadOnlyMemory<byte> bytes, Action<bool> sent)
    {
        if (Fault is { } fault) throw fault;
        if (unsent is not null) throw new InvalidOperationException("one send at a time");
        var copy = bytes.ToArray();
        void Deliver()
        {
            if (!failed) fromNode.Write(copy);
            sent(!failed);
        }

        if (Reads || failed) Deliver();
        else unsent = Deliver;
    }

    void IQueryConnection.ShutdownSend() => HasEnd = true;

    void IDisposable.Dispose()
    {
        IsClosed = true;
        receiving = null;
    }

    private void Pump()
    {
        if (receiving is not var (buffer, done)) return;
        if (failed)
        {
            receiving = null;
            done(-1);
        }
        else if (toNode.Count > 0)
        {
            var count = Math.Min(buffer.Length, toNode.Count);
            for (var i = 0; i < count; i++) buffer.Span[i] = toNode.Dequeue();
            receiving = null;
            done(count);
        }
        else if (ended)
        {
            receiving = null;
            done(0);
        }
    }
}
