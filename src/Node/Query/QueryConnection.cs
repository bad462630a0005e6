using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rwho.Actors.Query;
using Rwho.Node.Linux;

namespace Rwho.Node.Query;

/// <summary>
/// A client's connection on a real socket. What is under way at Dispose is answered as failed, as is what is begun
/// after it. Without ShutdownSend before, Dispose may take back what the client has not read yet.
/// </summary>
internal sealed class QueryConnection : IQueryConnection
{
    private readonly Socket socket;
    private readonly ReceiveOperation receiving = new();
    private readonly SendOperation sending = new();

    public QueryConnection(Socket socket)
    {
        this.socket = socket;
        var remote = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        Remote = remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote;
        if (remote is null) User = UserOf(socket);
    }

    public IPAddress? Remote { get; }

    public uint? User { get; }

    public void Receive(Memory<byte> buffer, Action<int> received) => receiving.Start(socket, buffer, received);

    public void Send(ReadOnlyMemory<byte> bytes, Action<bool> sent) => sending.Start(socket, bytes, sent);

    public void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The client is gone already; the next receive says so.
        }
        catch (ObjectDisposedException)
        {
            // Closed: nothing is sent any more.
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        receiving.Dispose();
        sending.Dispose();
    }

    // struct ucred: process, user and group.
    private static uint? UserOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        try
        {
            return socket.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials) == credentials.Length
                ? MemoryMarshal.Read<uint>(credentials[sizeof(int)..])
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private sealed class ReceiveOperation : SocketOperation
    {
        private Action<int>? answer;

        public void Start(Socket socket, Memory<byte> buffer, Action<int> received)
        {
            answer = received;
            try
            {
                SetBuffer(buffer);
            }
            catch (ObjectDisposedException)
            {
                received(-1);
                return;
            }

            Begin(socket, static (socket, operation) => socket.ReceiveAsync(operation));
        }

        protected override void Ended()
        {
            var received = answer!;
            answer = null;
            received(SocketError == SocketError.Success ? BytesTransferred : -1);
        }
    }

    private sealed class SendOperation : SocketOperation
    {
        private Action<bool>? answer;
        private Socket? on;
        private Memory<byte> rest;

        public void Start(Socket socket, ReadOnlyMemory<byte> bytes, Action<bool> sent)
        {
            answer = sent;
            on = socket;
            rest = MemoryMarshal.AsMemory(bytes);
            Continue();
        }

        protected override void Ended()
        {
            if (SocketError == SocketError.Success && BytesTransferred < rest.Length)
            {
                rest = rest[BytesTransferred..];
                Continue();
                return;
            }

            Answer(SocketError == SocketError.Success);
        }

        private void Continue()
        {
            try
            {
                SetBuffer(rest);
            }
            catch (ObjectDisposedException)
            {
                Answer(false);
                return;
            }

            Begin(on!, static (socket, operation) => socket.SendAsync(operation));
        }

        private void Answer(bool isSent)
        {
            var sent = answer!;
            answer = null;
            rest = default;
            sent(isSent);
        }
    }
}
