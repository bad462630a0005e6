using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Networks;

namespace Rwho.Actors.Query;

/// <summary>
/// Who may ask: clients of this host, of a directly connected network, and of the networks allowed besides.
/// </summary>
public static class AccessList
{
    /// <param name="client">Null for a local client, at the Unix socket.</param>
    public static bool Admits(IPAddress? client, NetworkMap networks, ImmutableArray<IPNetwork> allowed)
    {
        if (client is null) return true;
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return IPAddress.IsLoopback(address) || networks.IsOwn(address) || networks.IsConnected(address)
            || allowed.Any(network => network.Contains(address));
    }
}
