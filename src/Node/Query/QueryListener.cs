using System.Net.Sockets;
using Rwho.Actors.Query;

namespace Rwho.Node.Query;

/// <summary>
/// A real socket that listens. A lack of descriptors (EMFILE, ENFILE) or a client that gave up (ECONNABORTED) is told
/// as a failure; the listener is whole, and accepts again when asked to. After Dispose nothing is answered, but for
/// what another thread is answering in that moment.
/// </summary>
internal sealed class QueryListener : IQueryListener
{
    private readonly Socket socket;
    private readonly UnixSocketFile? file;
    private readonly AcceptOperation accepting;
    private int isDisposed;

    /// <param name="file">The socket's file, removed at the end; null on TCP.</param>
    public QueryListener(Socket socket, QueryEndpoint local, UnixSocketFile? file)
    {
        this.socket = socket;
        this.file = file;
        Local = local;
        accepting = new AcceptOperation(this);
    }

    public QueryEndpoint Local { get; }

    private bool IsDisposed => Volatile.Read(ref isDisposed) != 0;

    public void Accept(Action<IQueryConnection> accepted, Action<SocketError> failed) =>
        accepting.Start(accepted, failed);

    /// <summary>The file goes first: as long as the socket listens, no other daemon takes its place.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return;
        file?.Remove();
        socket.Dispose();
        accepting.Dispose();
    }

    private sealed class AcceptOperation(QueryListener listener) : SocketOperation
    {
        private Action<IQueryConnection>? onAccepted;
        private Action<SocketError>? onFailed;

        public void Start(Action<IQueryConnection> accepted, Action<SocketError> failed)
        {
            if (listener.IsDisposed) return;
            onAccepted = accepted;
            onFailed = failed;
            Begin(listener.socket, static (socket, operation) => socket.AcceptAsync(operation));
        }

        protected override void Ended()
        {
            var accepted = onAccepted!;
            var failed = onFailed!;
            var socket = AcceptSocket;
            try
            {
                AcceptSocket = null;
            }
            catch (ObjectDisposedException)
            {
                // Closed meanwhile.
            }

            if (SocketError == SocketError.Success && socket is not null)
            {
                if (listener.IsDisposed) socket.Dispose();
                else accepted(new QueryConnection(socket));
            }
            else
            {
                socket?.Dispose();
                if (!listener.IsDisposed) failed(SocketError);
            }
        }
    }
}
