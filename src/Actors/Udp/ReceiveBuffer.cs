namespace Rwho.Actors.Udp;

/// <summary>
/// How many datagrams may wait in the kernel. It charges a datagram of 1068 bytes with 2304 where it arrives over
/// loopback or a virtual link, and some cards take 4096 for any: so 2000 that arrive at once need 4.6 to 8.2 MB.
/// </summary>
public static class ReceiveBuffer
{
    /// <summary>
    /// SO_RCVBUF, in bytes; granted up to net.core.rmem_max, which newer kernels set to as much (6.18 does), older ones
    /// to 212992.
    /// </summary>
    public const int AskedBytes = 4 << 20;

    /// <summary>The same as the kernel keeps and tells it, socket(7): twice what was asked for.</summary>
    public const int WantedBytes = 2 * AskedBytes;
}
