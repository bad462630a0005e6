using Rwho.Protocol;

namespace Rwho.Actors.Federation;

/// <summary>What a federation may cost a gateway.</summary>
public static class FederationLimits
{
    /// <summary>Messages of other gateways that wait to be read; what is more is counted and dropped.</summary>
    public const int MessagesWaiting = 64;

    /// <summary>Statuses that wait to be told to the others; what is more is left to the next comparison.</summary>
    public const int StatusesWaiting = 8192;

    /// <summary>Batches on their way to the table; what is more is left to the next comparison.</summary>
    public const int BatchesWaiting = 64;

    /// <summary>Hosts compared, and wanted, in one message.</summary>
    public const int HostsCompared = FederationMessage.ListedMax;

    /// <summary>Gateways that are remembered after they left, for <c>why</c>.</summary>
    public const int GatewaysGone = 256;

    /// <summary>
    /// How long a status waits for the same one from another gateway of its network, at most, milliseconds.
    /// </summary>
    public const int LongestWaitMilliseconds = 200;

    /// <summary>How often this node compares what it knows with one of the others, in turn.</summary>
    public const int CompareSeconds = 10;

    /// <summary>
    /// How long another one may take to say what it knows before the next one is asked. It may not have heard yet that
    /// this node is there.
    /// </summary>
    public const int InventorySeconds = 2;

    /// <summary>How long the statuses that were asked for may take.</summary>
    public const int StatusesSeconds = 5;

    /// <summary>How much longer on its way than others a message may be taken to have been.</summary>
    public const int TravelSeconds = 120;
}
