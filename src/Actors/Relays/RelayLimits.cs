namespace Rwho.Actors.Relays;

/// <summary>What relaying may cost.</summary>
public static class RelayLimits
{
    /// <summary>Configured and accepted ones together.</summary>
    public const int Neighbours = 64;

    /// <summary>Datagrams passed on a second; what is more waits.</summary>
    public const int SendsASecond = 2000;

    /// <summary>Datagrams that wait to be passed on; what is more is counted and dropped.</summary>
    public const int SendsWaiting = 8192;

    /// <summary>Datagrams for one neighbour of which it is not known yet whether it is a node of ours.</summary>
    public const int SendsHeld = 256;

    /// <summary>Addresses of one neighbour beside the one that was named.</summary>
    public const int AddressesOfOne = 8;

    /// <summary>Hellos a second from who is no neighbour that are answered.</summary>
    public const int StrangersASecond = 40;

    /// <summary>Messages of neighbours that wait to be answered; what is more is counted and dropped.</summary>
    public const int MessagesWaiting = 1024;

    /// <summary>Batches on their way from the table; what is more is counted and dropped.</summary>
    public const int BatchesWaiting = 64;

    /// <summary>Of one host's announcements that are older than the one shown, one in this time is passed on.</summary>
    public const long OlderIntervalMilliseconds = 60_000;

    /// <summary>Where ages are not told (old daemons), nothing older is sent.</summary>
    public const long ClassicMilliseconds = 10_000;

    /// <summary>How long a relay waits for another one's copy on a network, at least and at most.</summary>
    public const int ShortestWaitMilliseconds = 20;

    /// <inheritdoc cref="ShortestWaitMilliseconds"/>
    public const int LongestWaitMilliseconds = 200;
}
