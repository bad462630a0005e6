using Rwho.Tests.Simulation.Checks;

namespace Rwho.Tests.Simulation.Networks;

/// <summary>
/// All networks, and routers between them: takes what is sent, and lets it arrive later, or twice, or not at all.
/// </summary>
internal sealed class Wire(Site site, Random random, Traffic traffic)
{
    private readonly Dictionary<uint, Port> byAddress = [];
    private readonly Dictionary<(int From, int To), Weather> routes = [];
    private readonly List<Segment> segments = [];

    public IReadOnlyList<Segment> Segments => segments;

    public Segment AddSegment()
    {
        var segment = new Segment(segments.Count);
        segments.Add(segment);
        return segment;
    }

    public Port Plug(IStation station, Segment segment, uint address)
    {
        var port = new Port(station, segment, address);
        segment.Ports.Add(port);
        byAddress[address] = port;
        return port;
    }

    public void Readdress(Port port, uint address)
    {
        byAddress.Remove(port.Address);
        port.Address = address;
        byAddress[address] = port;
    }

    public void SetRoute(int from, int to, Weather weather) => routes[(from, to)] = weather;

    /// <summary>Sends from a port to everybody else on its network.</summary>
    public void Broadcast(Port from, ReadOnlyMemory<byte> datagram, ushort port, uint? forgedSource = null)
    {
        var segment = from.Segment;
        CheckTime(from);
        traffic.Broadcast(from, datagram.Span);
        if (from.IsMute || segment.Weather.IsCut) return;
        var bytes = datagram.ToArray();
        foreach (var to in segment.Ports)
            if (to != from) Carry(bytes, forgedSource ?? from.Address, port, from, to, segment.Weather, true);
    }

    /// <summary>Which host has an address; -1 for none.</summary>
    public int HostAt(uint address) => byAddress.TryGetValue(address, out var port) ? port.Station.Index : -1;

    /// <summary>Sends to one address, on the port's network or over routers.</summary>
    public void Send(Port from, uint to, ReadOnlyMemory<byte> datagram, ushort port, uint? forgedSource = null)
    {
        CheckTime(from);
        traffic.Unicast(from, to, datagram.Span);
        if (from.IsMute || from.Segment.Weather.IsCut || !byAddress.TryGetValue(to, out var target)) return;
        var weather = target.Segment == from.Segment ? from.Segment.Weather
            : routes.GetValueOrDefault((from.Segment.Number, target.Segment.Number), Weather.Fair);
        if (weather.IsCut || target.Segment.Weather.IsCut) return;
        Carry(datagram.ToArray(), forgedSource ?? from.Address, port, from, target, weather, false);
    }

    private void CheckTime(Port from)
    {
        if (from.Station.Now != site.Now)
            site.Watch.Fail($"h{from.Station.Index} sends while it lags: the simulation is wrong");
    }

    private void Carry(
        byte[] bytes, uint from, ushort fromPort, Port sender, Port to, Weather weather, bool isBroadcast)
    {
        if (weather.Loss > 0 && random.NextDouble() < weather.Loss) return;
        to.Station.Expect(new Arrival(Due(weather), bytes, from, fromPort, sender.Station.Index, to, isBroadcast));
        if (weather.Duplication > 0 && random.NextDouble() < weather.Duplication)
            to.Station.Expect(new Arrival(Due(weather), bytes, from, fromPort, sender.Station.Index, to, isBroadcast));
    }

    private long Due(Weather weather) => site.Now + weather.DelayMicroseconds
        + (weather.JitterMicroseconds == 0 ? 0 : random.Next(weather.JitterMicroseconds));
}
