using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>The answer to <c>why</c>: where a row comes from and why it is called up or down, in plain words.</summary>
public static class WhyText
{
    /// <param name="host">As the client named it.</param>
    /// <param name="federation">Null for a node that is no gateway.</param>
    /// <param name="row">Null for a host that is not known.</param>
    public static void Write(
        IBufferWriter<byte> output, string host, HostRow? row, NetworkMap map,
        IReadOnlyList<NeighbourState> neighbours, FederationState? federation, Moment now)
    {
        var text = new StringBuilder();
        if (row is null) Unknown(text, host, neighbours, now);
        else Known(text, row, map, neighbours, now);
        if (federation is not null) WhyFederation.Write(text, row, federation, now);
        output.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static void Unknown(
        StringBuilder text, string host, IReadOnlyList<NeighbourState> neighbours, Moment now)
    {
        Line(text, $"{PrintableText.Of(host)} is not known here: nothing was heard of it, or it was silent too long.");
        Line(text, $"If it should be: does rwhod run there, is UDP port 513 open, is it on a connected network?");
        foreach (var neighbour in neighbours)
            if (neighbour.Refuses)
                Line(text, $"Neighbour {Name(neighbour)} does not take this node for its neighbour; name it there.");
            else if (neighbour.IsConfigured && !HasSpoken(neighbour, now))
                Line(text, $"Neighbour {Name(neighbour)} does not answer; what lies behind it is not heard of.");
    }

    private static void Known(
        StringBuilder text, HostRow row, NetworkMap map, IReadOnlyList<NeighbourState> neighbours, Moment now)
    {
        var (status, datagram) = (row.Status, row.Status.Datagram);
        var host = PrintableText.Of(row.Host.ToString());
        var silence = now.UnixSeconds - status.ReceiveTime;
        var limit = Span(WhoTime.DownAfterSeconds);
        Line(text, status.IsDown(now.UnixSeconds)
            ? $"{host} is down: it was last heard {Span(silence)} ago, and hosts silent for more than {limit} are down."
            : $"{host} is up: it was heard {Span(silence)} ago; after {limit} of silence it is down.");
        var notCounted = (now.ElapsedMilliseconds - row.HeardMilliseconds) / 1000 - silence;
        if (row.Via != Via.Self && notCounted > Hearing.LookInterval.TotalSeconds / 2)
            Line(text, $"Not counted: {Span(notCounted)} since then in which this node could not hear.");
        Line(text, Origin(row, map, neighbours));
        var ahead = WhoTime.Unfold(datagram.SendTime, now.UnixSeconds) - status.ReceiveTime;
        if (Math.Abs(ahead) > 60)
            Line(text, $"Its clock is {Span(Math.Abs(ahead))} {(ahead > 0 ? "ahead of" : "behind")} this host's.");
        var missed = Math.Max(0, (silence - 1) / WhoTime.IntervalSeconds);
        if (row.Via != Via.Self && missed > 0)
            Line(text,
                $"At the usual one in {Span(WhoTime.IntervalSeconds)}, {missed} of its announcements were missed.");
        if (row.Evidence is { } seen)
            Line(text, $"Since this node knows it: {seen.Taken} announcements taken, {seen.Copies} copies dropped, "
                + $"{seen.Older} dropped as older or not its own.");
        if (row.Conflict is { } conflict)
            Line(text, $"Conflict: two hosts use this name, the one shown at {Address(conflict.Ours)}, "
                + $"another at {Address(conflict.Other)}. Rename one of them.");
    }

    private static string Origin(HostRow row, NetworkMap map, IReadOnlyList<NeighbourState> neighbours)
    {
        var address = row.Address;
        return row.Via switch
        {
            Via.Self => "It is this host: the row is what it announces.",
            Via.Spool => "The row is from the spool, kept by the daemon before; nothing was heard of the host since.",
            Via.Neighbour => $"It came from neighbour {NameOf(row, neighbours)}{Relays(row.Hops)}.",
            Via.Cluster => $"It came by the federation, from gateway {PrintableText.Of($"{row.Gateway?.Name}")} "
                + $"(told by {address?.ToString() ?? "another one"}){Relays(row.Hops)}.",
            Via.OffNet when row.Hops > 0 =>
                $"It came from {address}, which may be a neighbour but has not shown so: "
                + "it is kept, and not passed on.",
            Via.OffNet => $"It came from {address}, which is on no connected network: it is kept, and not passed on.",
            _ => $"It came from {address} on {NetworkName(address, map)}.",
        };
    }

    private static string Relays(byte hops) => hops switch
    {
        0 => ", as an old daemon sends it, without its age",
        1 => ", which heard it itself",
        _ => $", over {hops} relays",
    };

    private static string NetworkName(IPAddress? address, NetworkMap map) =>
        address is not null && map.Networks.FirstOrDefault(network => network.Holds(address)) is { } on
            ? $"network {PrintableText.Of(on.Name)} ({on.Address}/{on.PrefixLength})"
            : address is not null && map.IsConnected(address) ? "a connected network"
            : "a network that is not connected here now: its interface or this host's address there is gone";

    private static string NameOf(HostRow row, IReadOnlyList<NeighbourState> neighbours)
    {
        var known = neighbours.FirstOrDefault(at =>
                at.EndPoint.Port == row.Port && at.EndPoint.Address.Equals(row.Address))
            ?? neighbours.FirstOrDefault(at => at.IsAt(row.Address));
        return known is null ? $"{row.Address}" : Name(known);
    }

    private static string Name(NeighbourState neighbour)
    {
        var address = neighbour.EndPoint.Address.ToString();
        return neighbour.Name == address || !neighbour.IsConfigured ? address
            : $"{PrintableText.Of(neighbour.Name)} ({address})";
    }

    private static bool HasSpoken(NeighbourState neighbour, Moment now) =>
        neighbour.HeardMilliseconds is { } heard && now.ElapsedMilliseconds - heard <= Neighbour.SilenceMilliseconds;

    private static string Address(IPAddress? address) => address?.ToString() ?? "this host";

    internal static string Span(long seconds) => seconds switch
    {
        < 120 => Count(seconds, "second"),
        < 7200 => Count(seconds / 60, "minute"),
        < 172_800 => Count(seconds / 3600, "hour"),
        _ => Count(seconds / 86_400, "day"),
    };

    private static string Count(long number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");

    internal static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
