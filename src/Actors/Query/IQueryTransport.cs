using System.Net;
using System.Net.Sockets;

namespace Rwho.Actors.Query;

/// <summary>Where clients may ask: a TCP address, or the path of a Unix socket.</summary>
public sealed record QueryEndpoint
{
    private QueryEndpoint(IPEndPoint? tcp, string? path)
    {
        Tcp = tcp;
        Path = path;
    }

    public IPEndPoint? Tcp { get; }

    public string? Path { get; }

    public static QueryEndpoint At(IPEndPoint tcp) => new(tcp, null);

    public static QueryEndpoint At(string path) => new(null, path);

    public override string ToString() => Path ?? Tcp!.ToString();
}

/// <summary>The node's way to its clients: real sockets in the program, connections in memory in tests.</summary>
public interface IQueryTransport
{
    /// <exception cref="SocketException">The address is taken, not this host's, or not permitted.</exception>
    IQueryListener Listen(QueryEndpoint endpoint);
}

/// <summary>A socket that listens.</summary>
public interface IQueryListener : IDisposable
{
    /// <summary>Where it listens: the port that the system chose, where none was given.</summary>
    QueryEndpoint Local { get; }

    /// <summary>Takes one connection; the answer comes once, on any thread, and not at all after Dispose.</summary>
    void Accept(Action<IQueryConnection> accepted, Action<SocketError> failed);
}

/// <summary>A client's connection. One receive and one send at a time; answers come on any thread.</summary>
public interface IQueryConnection : IDisposable
{
    /// <summary>The client's address; null for a local client, at the Unix socket.</summary>
    IPAddress? Remote { get; }

    /// <summary>The local client's user id; null over TCP, and where the system does not tell.</summary>
    uint? User { get; }

    /// <summary>
    /// Answers how many bytes came: 0 at the end of what the client sends, -1 when the connection failed.
    /// </summary>
    void Receive(Memory<byte> buffer, Action<int> received);

    /// <summary>
    /// Answers whether all of it was handed to the system; waits as long as the client does not read.
    /// </summary>
    void Send(ReadOnlyMemory<byte> bytes, Action<bool> sent);

    /// <summary>Nothing more is sent: the client sees the end once it has read the rest.</summary>
    void ShutdownSend();
}
