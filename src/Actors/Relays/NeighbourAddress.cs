using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>A neighbour as the operator names it: an address, or a name that is looked up.</summary>
/// <param name="Port">0 for the node's own.</param>
public sealed record NeighbourAddress(string Host, int Port)
{
    public override string ToString() => Port == 0 ? Host
        : IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port).ToString()
        : $"{Host}:{Port}";
}

/// <summary>Finds the addresses of a name.</summary>
public interface INameResolver
{
    /// <summary>Answers once, on any thread; with none where the name is not known now. Never throws.</summary>
    void Resolve(string host, Action<IReadOnlyList<IPAddress>> resolved);
}
