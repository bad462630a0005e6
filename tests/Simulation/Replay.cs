using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rwho.Actors;
using Rwho.Actors.Networks;
using Rwho.Actors.Udp;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation;

/// <summary>What a daemon received (--record), into a node once more, each datagram at its time.</summary>
internal sealed class Replay : IDisposable
{
    private const int PrefixLength = 24;

    private readonly Site site = new(seed: 1);
    private readonly List<RecordedDatagram> datagrams;

    public Replay(IEnumerable<RecordedDatagram> recorded)
    {
        var all = recorded.ToList();
        datagrams = [.. all.Where(IsIPv4).OrderBy(datagram => datagram.Time)];
        Skipped = all.Count - datagrams.Count;
        Host = site.AddHost("replay", driftPerMillion: 0);
        Host.Plug(site.Wire.AddSegment());
        if (datagrams.Count == 0) return;
        Host.GivenInterfaces = [NetworkOfMost()];
        // The node starts a second before the first datagram.
        Host.Clock.Step(datagrams[0].Time - TimeSpan.FromSeconds(1) - Host.Clock.GetUtcNow());
    }

    public VirtualHost Host { get; }

    /// <summary>Those that came by IPv6, which the simulated network does not have.</summary>
    public int Skipped { get; }

    public int Count => datagrams.Count;

    public NodeParts Node => Host.Node!.Parts;

    public void Execute()
    {
        var settings = new NodeSettings
        {
            Name = Host.Name,
            ListenOnly = true,
            RateMax = 0,
            BindAddress = IPAddress.Any,
        };
        Host.StartNode(new NodeProcess(Host, settings, Flaw.None));
        site.Watch.IsOver = true; // nobody knows what was sent
        var last = 0L;
        foreach (var datagram in datagrams)
        {
            last = (long)(datagram.Time - datagrams[0].Time).TotalMicroseconds + 1_000_000;
            site.Plan(last, "a datagram", () => Host.Arrive(
                datagram.Payload.ToArray(), Address.Of(datagram.Source.Address), (ushort)datagram.Source.Port));
        }

        site.RunUntil(last + 1_000_000);
    }

    /// <summary>The board at the end of the recording, as ruptime shows it, and what was refused.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"{Count} datagrams replayed, {Skipped} skipped, {Node.Counters.RejectedCount} refused");
        var text = new ArrayBufferWriter<byte>();
        RuptimeText.Write(
            text, [.. Node.Board.Rows.Select(row => row.Status)], default, Host.Clock.UnixSeconds);
        output.Write(Encoding.ASCII.GetString(text.WrittenSpan));
    }

    public void Dispose() => site.Dispose();

    private static bool IsIPv4(RecordedDatagram datagram) =>
        datagram.Source.AddressFamily == AddressFamily.InterNetwork;

    // A recording does not tell the host's own networks: the one that most came from is taken for connected.
    private InterfaceAddress NetworkOfMost()
    {
        var prefix = datagrams.GroupBy(datagram => Address.Of(datagram.Source.Address) >> 8)
            .MaxBy(group => group.Count())!.Key;
        var used = datagrams.Select(datagram => Address.Of(datagram.Source.Address)).ToHashSet();
        var own = Enumerable.Range(1, 254).Select(i => prefix << 8 | (uint)(255 - i)).First(at => !used.Contains(at));
        return new InterfaceAddress(
            "eth0", 2, InterfaceFlags.Up | InterfaceFlags.Broadcast | InterfaceFlags.Running, Address.ToIP(own),
            PrefixLength, Address.ToIP(prefix << 8 | 255));
    }
}
