using System.Text;
using Rwho.Actors.Federation;
using Rwho.Actors.Hosts;
using Rwho.Protocol;
using static Rwho.Actors.Query.WhyText;

namespace Rwho.Actors.Query;

/// <summary>What <c>why</c> says of the federation: whether the one who tells of the host is still there.</summary>
internal static class WhyFederation
{
    public static void Write(StringBuilder text, HostRow? row, FederationState federation, Moment now)
    {
        if (row is { Via: not Via.Cluster }) return;
        if (!federation.IsJoined)
            Line(text, "This node is not in the federation now: rows from other networks age. See its log.");
        if (row is null) Missing(text, federation, now);
        else if (federation.IsJoined) Teller(text, row, federation, now);
    }

    private static void Teller(StringBuilder text, HostRow row, FederationState federation, Moment now)
    {
        // An earlier incarnation at another address may have had the same name.
        var states = federation.Gateways.Where(at => at.Node == row.Gateway?.Name).ToList();
        if (states.Exists(at => at.Presence == GatewayPresence.Here)) return;
        var name = PrintableText.Of($"{row.Gateway?.Name}");
        var last = states.MaxBy(at => at.SinceMilliseconds);
        Line(text, last is null ? $"Gateway {name} is not in the federation."
            : last.Presence == GatewayPresence.Unreachable
                ? $"Gateway {name} ({last.Name}) has been out of reach for {Since(last, now)}."
                : $"Gateway {name} ({last.Name}) left the federation {Since(last, now)} ago.");
        Line(text, "Until it, or another gateway of the host's network, is back, the row ages as if the host were "
            + "silent.");
    }

    private static void Missing(StringBuilder text, FederationState federation, Moment now)
    {
        foreach (var gateway in federation.Gateways)
            if (gateway.Presence == GatewayPresence.Unreachable)
                Line(text, $"Gateway {PrintableText.Of(gateway.Name)} has been out of reach for {Since(gateway, now)}; "
                    + "what its networks say is not heard of.");
    }

    private static string Since(GatewayState gateway, Moment now) =>
        Span((now.ElapsedMilliseconds - gateway.SinceMilliseconds) / 1000);
}
