using System.Net;
using System.Net.Sockets;
using System.Text;
using Rwho.Node.Configuration;

namespace Rwho.Node.Client;

/// <summary>One connection to a node: one request, one reply.</summary>
internal sealed class NodeConnection : IDisposable
{
    // A node that is busy with many who connect at once has no room in its queue for a moment.
    private static readonly TimeSpan QueuePause = TimeSpan.FromMilliseconds(20);

    private readonly NodeAddress node;
    private readonly Socket socket;
    private bool hasReply;

    private NodeConnection(NodeAddress node, Socket socket)
    {
        this.node = node;
        this.socket = socket;
    }

    /// <summary>
    /// Whether it ended before the reply and not in order: the node did not want to be asked, or it was lost.
    /// </summary>
    public bool IsLost { get; private set; }

    /// <param name="timeout">For looking up the name and all of its addresses together.</param>
    /// <exception cref="NodeException">It cannot be reached.</exception>
    public static async Task<NodeConnection> ConnectAsync(
        NodeAddress node, TimeSpan timeout, CancellationToken cancelled)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        late.CancelAfter(timeout);
        try
        {
            if (node.IsPath) return await ConnectToPathAsync(node, late.Token).ConfigureAwait(false);
            var addresses = await Dns.GetHostAddressesAsync(node.Host, late.Token)
                .WaitAsync(late.Token).ConfigureAwait(false);
            SocketException? failed = null;
            for (var i = 0; i < addresses.Length; i++)
            {
                // Each address has its share of the time, so that a dead one does not take it all.
                var share = (timeout - TimeProvider.System.GetElapsedTime(start)) / (addresses.Length - i);
                try
                {
                    return await ConnectAsync(node, addresses[i], share, late.Token).ConfigureAwait(false);
                }
                catch (SocketException failure)
                {
                    failed = failure;
                }
            }

            throw failed ?? new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException failure)
        {
            throw Unreachable.Because(node, failure, timeout);
        }
        catch (ArgumentException)
        {
            throw Unreachable.Impossible(node);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw Unreachable.Silent(node, timeout);
        }
    }

    /// <summary>Whether the node takes it shows in the reply.</summary>
    public async Task RequestAsync(string line, CancellationToken cancelled)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(line + '\n'), cancelled).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The end of the reply comes at once.
            IsLost = true;
        }
    }

    /// <summary>A node that is switched off while nothing is to be told is noticed within about a minute.</summary>
    public void KeepAlive()
    {
        const int IdleSeconds = 30, PauseSeconds = 10, Times = 3;
        if (node.IsPath) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, PauseSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Times);
    }

    /// <summary>The next bytes of the reply; 0 at its end, and where there is no reply at all.</summary>
    /// <param name="silence">How long to wait for them.</param>
    /// <exception cref="NodeException">The connection is lost, or too long silent.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, TimeSpan silence, CancellationToken cancelled)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        late.CancelAfter(silence);
        try
        {
            var count = await socket.ReceiveAsync(buffer, late.Token).ConfigureAwait(false);
            hasReply |= count > 0;
            return count;
        }
        catch (SocketException) when (!hasReply)
        {
            IsLost = true;
            return 0;
        }
        catch (SocketException failure)
        {
            throw WentAway(node, failure.Message);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw hasReply
                ? Stopped(node, silence)
                : Unreachable.Silent(node, silence);
        }
    }

    public static NodeException WentAway(NodeAddress node, string why) =>
        new($"{node} went away in the middle of its reply: {why}");

    public static NodeException Stopped(NodeAddress node, TimeSpan silence) =>
        new($"{node} stopped in the middle of its reply for {Duration.Show(silence)}");

    public void Dispose() => socket.Dispose();

    private static async Task<NodeConnection> ConnectAsync(
        NodeAddress node, IPAddress address, TimeSpan share, CancellationToken late)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late);
        over.CancelAfter(share > TimeSpan.Zero ? share : TimeSpan.Zero);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(address, node.Port), over.Token).ConfigureAwait(false);
            return new NodeConnection(node, socket);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            late.ThrowIfCancellationRequested();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<NodeConnection> ConnectToPathAsync(NodeAddress node, CancellationToken late)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(node.Host), late).ConfigureAwait(false);
                return new NodeConnection(node, socket);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.WouldBlock)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(QueuePause, late).ConfigureAwait(false);
        }
    }
}
