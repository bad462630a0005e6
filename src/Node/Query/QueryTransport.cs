using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Query;

namespace Rwho.Node.Query;

/// <summary>
/// Real sockets. <c>[::]</c> serves IPv4 too; on a system without IPv6 it is refused with AddressFamilyNotSupported.
/// </summary>
public sealed class QueryTransport : IQueryTransport
{
    /// <summary>Connections that wait to be accepted; the system may allow fewer (net.core.somaxconn).</summary>
    public const int Backlog = 1024;

    public IQueryListener Listen(QueryEndpoint endpoint) =>
        endpoint.Path is { } path ? ListenAt(path) : ListenAt(endpoint.Tcp!);

    private static QueryListener ListenAt(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = local.Address.Equals(IPAddress.IPv6Any);

            // .NET sets SO_REUSEADDR when it binds a TCP socket, so that a restart need not wait for old connections to
            // time out. Its own option of that name sets SO_REUSEPORT too: two daemons would share the port in silence.
            socket.Bind(local);
            // Linux hands it down to each connection, which saves a call for each.
            socket.NoDelay = true;
            socket.Listen(Backlog);
            return new QueryListener(socket, QueryEndpoint.At((IPEndPoint)socket.LocalEndPoint!), null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static QueryListener ListenAt(string path)
    {
        var file = UnixSocketFile.Listen(path, Backlog, out var socket);
        return new QueryListener(socket, QueryEndpoint.At(path), file);
    }
}
