using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>
/// Says that interfaces or addresses changed, within milliseconds: a route netlink socket (rtnetlink(7)) in the groups
/// for links, IPv4 and IPv6 addresses. What changed is left to <see cref="Interfaces.Read"/>.
/// .NET's own NetworkAddressChanged hears IPv4 addresses only, neither IPv6 addresses nor links going up or down.
/// </summary>
public sealed class InterfaceChanges : IDisposable
{
    private const int RouteProtocol = 0;
    private const uint LinkGroup = 0x1;
    private const uint Ipv4AddressGroup = 0x10;
    private const uint Ipv6AddressGroup = 0x100;
    private const int BufferBytes = 32768;

    private readonly Socket socket;
    private readonly Action changed;

    /// <summary>
    /// Starts to listen. <paramref name="changed"/> is called on a thread of the pool, one call at a time, once for a
    /// burst of changes that is read in one go; it must neither block nor throw. An <see cref="IOException"/> when the
    /// socket is refused.
    /// </summary>
    public InterfaceChanges(Action changed)
    {
        this.changed = changed;
        socket = Open();
        Completion = ListenAsync();
    }

    /// <summary>Completes once it is disposed; fails if listening does, and then nothing is heard any more.</summary>
    public Task Completion { get; }

    /// <summary>Stops listening; a call under way may still finish.</summary>
    public void Dispose() => socket.Dispose();

    private static unsafe Socket Open()
    {
        var handle = Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, RouteProtocol);
        if (handle < 0) throw new IOException($"cannot follow the network interfaces: {Libc.LastErrorText()}");
        var address = new NetlinkAddress
        {
            Family = Libc.AF_NETLINK,
            Groups = LinkGroup | Ipv4AddressGroup | Ipv6AddressGroup,
        };
        var owned = new SafeSocketHandle(handle, ownsHandle: true);
        if (Libc.Bind(handle, (byte*)&address, (uint)sizeof(NetlinkAddress)) == 0) return new Socket(owned);
        var reason = Libc.LastErrorText();
        owned.Dispose();
        throw new IOException($"cannot follow the network interfaces: {reason}");
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                await ReceiveAsync(buffer).ConfigureAwait(false);
                while (socket.Poll(0, SelectMode.SelectRead)) await ReceiveAsync(buffer).ConfigureAwait(false);
                changed();
            }
        }
        catch (ObjectDisposedException)
        {
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.OperationAborted)
        {
            // The socket was closed under the call.
        }
    }

    /// <summary>Takes one message. A full kernel buffer (ENOBUFS) means that messages were lost: a change as
    /// well.</summary>
    private async ValueTask ReceiveAsync(byte[] buffer)
    {
        try
        {
            await socket.ReceiveAsync(buffer).ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
        {
        }
    }

    /// <summary>struct sockaddr_nl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }
}
