namespace Rwho.Actors.Networks;

/// <summary>Asks the system which networks there are. There is no file of networks to keep right.</summary>
public interface INetworkProbe
{
    IReadOnlyList<InterfaceAddress> Read();

    /// <summary>Calls back, on any thread, when interfaces or addresses may have changed; until disposed.</summary>
    IDisposable OnChange(Action changed);
}
