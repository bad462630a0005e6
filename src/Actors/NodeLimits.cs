using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Query;
using Rwho.Actors.Relays;
using Rwho.Actors.Udp;
using Rwho.Protocol;

namespace Rwho.Actors;

/// <summary>Every limit of a node, by name.</summary>
public static class NodeLimits
{
    /// <summary>Names and values; 0 stands for no limit.</summary>
    public static IEnumerable<(string Name, long Value)> Of(NodeSettings settings) =>
    [
        ("hosts", settings.HostsMax),
        ("bytes of a datagram", WhodLayout.MaxBytes),
        ("entries of a datagram", WhodLayout.MaxEntries),
        ("datagrams a second from one address", settings.RateMax),
        ("datagrams at once from one address", (long)settings.RateMax * SourceTable.BurstSeconds),
        ("addresses whose rate is watched", SourceTable.Capacity),
        ("datagrams waiting for the table", ReceivePath.Batches * ReceiveBatch.Capacity),
        ("bytes of a recording", RecordLimits.FileBytes),
        ("bytes waiting to be recorded", RecordLimits.WaitingBytes),
        ("datagrams remembered of a host", SeenDatagrams.Capacity),
        ("bytes of a request", RequestLine.MaxBytes),
        ("connections of clients", settings.ConnectionsMax),
        ("connections from one address", QueryLimits.ConnectionsFromOneAddress),
        ("seconds to send a request", QueryLimits.RequestSeconds),
        ("seconds a reader may stall", QueryLimits.StallSeconds),
        ("watchers", QueryLimits.Watchers),
        ("bytes a watcher may be behind", QueryLimits.WatchBacklogBytes),
        ("bytes of changes at a time", QueryLimits.ChangeBytes),
        ("bytes of replies not read", QueryLimits.ReplyBytes),
        ("bytes a client may send after its request", QueryLimits.SurplusBytes),
        ("neighbours", RelayLimits.Neighbours),
        ("statuses passed on a second", RelayLimits.SendsASecond),
        ("statuses waiting to be passed on", RelayLimits.SendsWaiting),
        ("seconds between older statuses of a host passed on", RelayLimits.OlderIntervalMilliseconds / 1000),
        ("statuses held for a neighbour not known yet", RelayLimits.SendsHeld),
        ("addresses of one neighbour", RelayLimits.AddressesOfOne),
        ("hellos of strangers answered a second", RelayLimits.StrangersASecond),
        ("messages of neighbours waiting", RelayLimits.MessagesWaiting),
        ("batches waiting for the relay", RelayLimits.BatchesWaiting),
        ("messages of gateways waiting", FederationLimits.MessagesWaiting),
        ("bytes of a message between gateways", FederationMessage.MaxBytes),
        ("statuses waiting for the gateways", FederationLimits.StatusesWaiting),
        ("batches of gateways waiting for the table", FederationLimits.BatchesWaiting),
        ("hosts compared with a gateway at a time", FederationLimits.HostsCompared),
        ("gateways remembered", FederationLimits.GatewaysGone),
        ("seconds of silence until a host is down", WhoTime.DownAfterSeconds),
        ("seconds of silence until a host is forgotten", (long)settings.Forget.TotalSeconds),
    ];
}
