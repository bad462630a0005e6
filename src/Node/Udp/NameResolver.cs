using System.Net;
using System.Net.Sockets;
using Rwho.Actors.Relays;

namespace Rwho.Node.Udp;

/// <summary>Asks the system: /etc/hosts, the name service, or the text of an address itself.</summary>
internal sealed class NameResolver : INameResolver
{
    public void Resolve(string host, Action<IReadOnlyList<IPAddress>> resolved) => _ = ResolveAsync(host, resolved);

    private static async Task ResolveAsync(string host, Action<IReadOnlyList<IPAddress>> resolved)
    {
        try
        {
            resolved(await Dns.GetHostAddressesAsync(host).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            // Not known, or no name service now: it is asked again.
            resolved([]);
        }
    }
}
