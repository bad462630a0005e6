using Rwho.Actors.Networks;

namespace Rwho.Node.Linux;

/// <summary>The system's interfaces, and word of their changes.</summary>
public sealed class LinuxNetworkProbe : INetworkProbe
{
    public IReadOnlyList<InterfaceAddress> Read() => Interfaces.Read();

    public IDisposable OnChange(Action changed) => new InterfaceChanges(changed);
}
