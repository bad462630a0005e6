using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rwho.Actors.Query;
using Rwho.Protocol;

namespace Rwho.Actors;

/// <summary>Every line that the node's actors write, with its number.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "listening on {Local}, receive buffer {Bytes} bytes")]
    public static partial void Listening(this ILogger log, IPEndPoint local, int bytes);

    [LoggerMessage(101, LogLevel.Error, "the socket failed; bound again in {Seconds} s")]
    public static partial void SocketFailed(this ILogger log, double seconds);

    [LoggerMessage(102, LogLevel.Error, "cannot bind {Local}: {Error}; trying again")]
    public static partial void BindFails(this ILogger log, IPEndPoint local, SocketError error);

    [LoggerMessage(103, LogLevel.Warning,
        "cannot hear multicast on interface {Index}: {Error}; trying again every minute")]
    public static partial void MulticastFailed(this ILogger log, int index, SocketError error);

    [LoggerMessage(104, LogLevel.Warning, "datagrams refused: {Refused}")]
    public static partial void DatagramsRefused(this ILogger log, string refused);

    [LoggerMessage(105, LogLevel.Information, "clients may ask at {Endpoints}")]
    public static partial void ClientsCanAsk(this ILogger log, string endpoints);

    [LoggerMessage(106, LogLevel.Error, "cannot listen for clients at {Endpoint}: {Reason}; trying again")]
    public static partial void ListenFails(this ILogger log, QueryEndpoint endpoint, string reason);

    [LoggerMessage(107, LogLevel.Warning,
        "no descriptors left for another client, {Open} are connected: raise the limit of open files (LimitNOFILE)")]
    public static partial void NoDescriptors(this ILogger log, int open);

    [LoggerMessage(109, LogLevel.Warning,
        "receive buffer of {Bytes} bytes, {Wanted} wanted: bursts may be lost; set net.core.rmem_max to {Asked}")]
    public static partial void BufferSmall(this ILogger log, int bytes, int wanted, int asked);

    [LoggerMessage(110, LogLevel.Information, "network {Name} ({Address}): announcing to {Destinations}")]
    public static partial void NetworkThere(this ILogger log, string name, IPAddress address, string destinations);

    [LoggerMessage(111, LogLevel.Information, "network {Name} ({Address}) is gone")]
    public static partial void NetworkGone(this ILogger log, string name, IPAddress address);

    [LoggerMessage(112, LogLevel.Warning, "network {Name}: announcements do not go out: {Error}")]
    public static partial void NetworkFails(this ILogger log, string name, SocketError error);

    [LoggerMessage(113, LogLevel.Information, "network {Name}: announcements go out again")]
    public static partial void NetworkWorks(this ILogger log, string name);

    [LoggerMessage(114, LogLevel.Warning, "interface {Name} does not exist (yet); it is used as soon as it does")]
    public static partial void InterfaceMissing(this ILogger log, string name);

    [LoggerMessage(115, LogLevel.Warning,
        "{Reason}; going on with the networks known before, trying again every {Seconds} s")]
    public static partial void InterfacesUnread(this ILogger log, string reason, double seconds);

    [LoggerMessage(116, LogLevel.Information, "the network interfaces can be read again")]
    public static partial void InterfacesRead(this ILogger log);

    [LoggerMessage(117, LogLevel.Warning,
        "cannot read what this host announces: {Files}; loads and boot time stay what they were, users are left out")]
    public static partial void NotProbed(this ILogger log, string files);

    [LoggerMessage(118, LogLevel.Information, "what this host announces can be read again")]
    public static partial void ProbedAgain(this ILogger log);

    [LoggerMessage(120, LogLevel.Warning,
        "two hosts are called {Host}: one at {Ours}, one at {Other}; give one of them another name")]
    public static partial void NameConflict(this ILogger log, HostName host, string ours, string other);

    [LoggerMessage(121, LogLevel.Information, "hosts forgotten after too long a silence: {Count}")]
    public static partial void HostsForgotten(this ILogger log, int count);

    [LoggerMessage(122, LogLevel.Warning,
        "neighbour {Name} answers, but does not take this node for its neighbour: there, name this node "
        + "(--neighbour) or accept its network (--accept-neighbour)")]
    public static partial void NeighbourRefuses(this ILogger log, string name);

    [LoggerMessage(123, LogLevel.Warning,
        "this host's clock was set by {Seconds} s: what was heard before is as old as it was")]
    public static partial void ClockSet(this ILogger log, long seconds);

    [LoggerMessage(124, LogLevel.Warning,
        "this process did not run for {Seconds} s (stopped, or the machine slept): "
        + "nobody is called down for that time")]
    public static partial void DidNotRun(this ILogger log, long seconds);

    [LoggerMessage(125, LogLevel.Warning,
        "without its socket this node heard nothing for {Seconds} s: nobody is called down for that time")]
    public static partial void HadNoSocket(this ILogger log, long seconds);

    [LoggerMessage(126, LogLevel.Warning,
        "{Lost} of {All} datagrams were lost here within {Seconds} s: nobody is called down for that time. "
        + "The receive buffer has {Bytes} bytes; raise net.core.rmem_max for a larger one")]
    public static partial void LostDatagrams(this ILogger log, long lost, long all, long seconds, long bytes);

    [LoggerMessage(127, LogLevel.Information, "this node hears again; it was deaf for {Seconds} s")]
    public static partial void HearsAgain(this ILogger log, long seconds);

    [LoggerMessage(140, LogLevel.Information, "joined the federation; other gateways in it: {Gateways}")]
    public static partial void FederationJoined(this ILogger log, int gateways);

    [LoggerMessage(141, LogLevel.Warning,
        "not in the federation: {Reason}; joining again in {Seconds} s. Rows from other networks age meanwhile")]
    public static partial void FederationEnded(this ILogger log, string reason, double seconds);

    [LoggerMessage(142, LogLevel.Information, "gateway {Name} is there")]
    public static partial void GatewayHere(this ILogger log, string name);

    [LoggerMessage(143, LogLevel.Warning,
        "gateway {Name} cannot be reached: the rows of its networks age, unless another gateway there tells them")]
    public static partial void GatewayUnreachable(this ILogger log, string name);

    [LoggerMessage(144, LogLevel.Information, "gateway {Name} has left")]
    public static partial void GatewayGone(this ILogger log, string name);

    [LoggerMessage(130, LogLevel.Information, "hosts in the spool: {Hosts}; files there that are not ours: {Strange}")]
    public static partial void SpoolRead(this ILogger log, int hosts, int strange);

    [LoggerMessage(131, LogLevel.Error,
        "cannot write to the spool: {Reason}. Statuses wait in memory; tried again every {Seconds} s")]
    public static partial void SpoolFails(this ILogger log, string reason, double seconds);

    [LoggerMessage(132, LogLevel.Information,
        "the spool is whole again after {Seconds} s; files written late: {Files}")]
    public static partial void SpoolWorks(this ILogger log, long seconds, int files);

    [LoggerMessage(133, LogLevel.Error,
        "cannot write {File} in the spool: {Reason}. The others are written; tried again every {Seconds} s")]
    public static partial void SpoolFileFails(this ILogger log, string file, string reason, double seconds);

    [LoggerMessage(134, LogLevel.Warning,
        "the spool is another directory than before, made again or mounted: read, and every file written anew")]
    public static partial void SpoolReplaced(this ILogger log);

    [LoggerMessage(135, LogLevel.Warning, "files are missing from the spool: every one is written anew")]
    public static partial void SpoolFilesMissing(this ILogger log);
}
