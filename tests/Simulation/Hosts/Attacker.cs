using Rwho.Protocol;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation.Hosts;

/// <summary>Somebody on a LAN who sends what nobody should, from any address.</summary>
internal sealed class Attacker(Site site, Segment segment)
{
    private readonly Random random = site.NewRandom();
    private readonly Port port = new(new Nobody(site), segment, Address.On(segment.Number, 0xFF00));

    /// <summary>Bytes of all kinds, and statuses with a byte or two wrong.</summary>
    public void SendGarbage(int datagrams)
    {
        for (var i = 0; i < datagrams; i++)
        {
            var bytes = random.Next(2) == 0 ? Noise() : Status($"x{random.Next(50)}", site.Hosts[0].Clock.UnixSeconds);
            for (var flips = random.Next(3); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Send(random.Next(8) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes);
        }
    }

    /// <summary>Statuses of hosts that do not exist.</summary>
    public void InventHosts(int hosts)
    {
        for (var i = 0; i < hosts; i++)
            Send(Status($"x{random.Next(1_000_000)}", site.Hosts[0].Clock.UnixSeconds + random.Next(-50, 50)));
    }

    /// <summary>A status of a host, sent far in the future.</summary>
    public void ForgeFuture(VirtualHost victim) =>
        Send(Status(victim.Name.ToString(), victim.Clock.UnixSeconds + random.Next(1_000_000, int.MaxValue)));

    /// <summary>Says again what hosts said before.</summary>
    public void Replay(VirtualHost victim)
    {
        foreach (var datagram in site.Watch.SaidOf(victim.Name).Last(random.Next(5, 20)).ToList()) Send(datagram);
    }

    /// <summary>Messages between neighbours, from who is none.</summary>
    public void PretendNeighbour(int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var cookies = new Cookies((ulong)random.NextInt64(), (ulong)random.NextInt64());
            Send(random.Next(4) switch
            {
                0 => NeighbourMessage.Hello(cookies, wantsBoard: true),
                1 => NeighbourMessage.Cookie(cookies),
                2 => NeighbourMessage.Board(random.Next()),
                _ => NeighbourMessage.Record((byte)random.Next(256), (uint)random.NextInt64(uint.MaxValue),
                    Status($"x{random.Next(50)}", site.Hosts[0].Clock.UnixSeconds)),
            });
        }
    }

    private static byte[] Status(string host, long sent) => WhodCodec.ToDatagram(new WhodStatus(
        HostName.FromField(System.Text.Encoding.ASCII.GetBytes(host)), WhoTime.Fold(sent), WhoTime.Fold(sent - 9000),
        default, [])).Bytes.ToArray();

    private byte[] Noise()
    {
        var bytes = new byte[random.Next(1, 1500)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0 && bytes.Length > 1) (bytes[0], bytes[1]) = (1, (byte)random.Next(1, 3));
        return bytes;
    }

    private void Send(byte[] datagram)
    {
        if (Checks.Datagrams.StatusIn(datagram) is { } status) site.Watch.Forges(status);
        var source = random.Next(3) == 0 ? (uint)random.NextInt64(uint.MaxValue)
            : Address.On(segment.Number, random.Next(0xF000, 0xFF00));
        var sourcePort = random.Next(10) == 0 ? (ushort)random.Next(65536) : Scenarios.Scenario.Port;
        site.Wire.Broadcast(port, datagram, sourcePort, source);
    }

    private sealed class Nobody(Site site) : IStation
    {
        public int Index => -1;

        public long Now => site.Now;

        public void Expect(Arrival arrival)
        {
            // It listens to nobody.
        }
    }
}
