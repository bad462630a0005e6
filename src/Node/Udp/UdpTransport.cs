using System.Net;
using Rwho.Actors.Udp;

namespace Rwho.Node.Udp;

/// <summary>Real UDP sockets.</summary>
public sealed class UdpTransport : IUdpTransport
{
    public IUdpSocket Bind(IPEndPoint local) => new UdpSocket(local);
}
