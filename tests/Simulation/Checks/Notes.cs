using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Rwho.Actors;
using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>
/// What is noted of one host: what it received, and what its node took for true, which is checked at once. Hosts that
/// lag are worked off on several threads: each writes to its own notes alone.
/// </summary>
internal sealed class Notes(VirtualHost host, Watch watch)
{
    private const int EventsKept = 256;

    public Trace Trace { get; } = new(EventsKept);

    /// <summary>From a status's being sent to its being in this host's spool.</summary>
    public Latencies Travel { get; } = new();

    /// <summary>From a host's start to its being in this host's spool.</summary>
    public Latencies Arrivals { get; } = new();

    public (long Datagrams, long Bytes) Received { get; private set; }

    /// <summary>Datagrams that found the receive buffer full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Most datagrams that ever waited at the socket.</summary>
    public int LargestQueue { get; private set; }

    private long Now => host.Clock.Now;

    public void Delivered(byte[] datagram)
    {
        Received = (Received.Datagrams + 1, Received.Bytes + datagram.Length);
        Trace.Add(Now, Event.Delivered, host.Index, (ulong)datagram.Length, datagram);
    }

    public void Drops() => Dropped++;

    public void Waiting(int datagrams) => LargestQueue = Math.Max(LargestQueue, datagrams);

    /// <summary>It says something of itself.</summary>
    public void Announces(WhodDatagram status)
    {
        if (watch.NameOf(status.Host).Said.Add(status, Now))
            Trace.Add(Now, Event.Announced, host.Index, status.Hash);
    }

    /// <summary>A file was written.</summary>
    /// <param name="shown">What its files of this name were before.</param>
    /// <returns>What was said that is in it; null for nothing that ever was.</returns>
    public byte[]? Spooled(HostName name, Watch.Name known, ReadOnlySpan<byte> content, ref Shown shown)
    {
        if (content.Length < WhodLayout.HeaderBytes)
        {
            Fail($"has {content.Length} bytes in the file of {name}");
            return null;
        }

        Trace.Add(Now, Event.Spooled, host.Index, BinaryPrimitives.ReadUInt64LittleEndian(content[4..]), null);
        if (host.Name == name && host.Node is { } node && node.HasJustRead(content))
            Announces(Datagrams.InSpool(content));
        if (known.Said.Find(content) is not { } said)
        {
            Fail($"shows a status of {name} that nobody ever sent");
            return null;
        }

        if (said.At > shown.Said)
        {
            shown.Said = said.At;
            Travel.Add(Now - said.At);
        }

        if (known.AwaitedFrom is { } from && said.At >= from && from >= shown.ArrivedFrom)
        {
            shown.ArrivedFrom = from + 1;
            Arrivals.Add(Now - from);
        }

        CheckOrder(known, name, BinaryPrimitives.ReadUInt32LittleEndian(content[4..]), ref shown);
        CheckAge(known, name, Now - said.At, Said.ReceiveTimeOf(content));
        return said.Content;
    }

    public void Deleted(HostName name) => Trace.Add(Now, Event.Deleted, host.Index, 0, name);

    public void Logged(LogLevel level, string line, Exception? exception)
    {
        Trace.Add(Now, Event.Logged, host.Index, (ulong)level, exception is null ? line : $"{line}: {exception}");
        if (exception is not null) Fail($"{line}: {exception.GetType().Name}: {exception.Message}");
    }

    public void Happened(NodeEvent what)
    {
        Trace.Add(Now, Event.Node, host.Index, 0, what.GetType().Name);
        if (what is NodeEvent.Lost lost) Fail($"lost {lost.Part}: {lost.Reason}");
    }

    private void Fail(string what) => watch.Fail($"h{host.Index} {what}", Now, Trace);

    private void CheckOrder(Watch.Name known, HostName name, uint sendTime, ref Shown shown)
    {
        if (shown.At > 0 && WhoTime.Difference(sendTime, shown.SendTime) < 0
            && known.DisturbedAt < shown.At - Watch.HealTime - Scenarios.Faults.Longest) // it may have been cut off
            Fail($"went back from a status of {name} to one sent "
                + $"{WhoTime.Difference(shown.SendTime, sendTime)} s before");
        if (shown.SendTime != sendTime || shown.At == 0) (shown.SendTime, shown.At) = (sendTime, Now);
    }

    // A status is as old on every board as it is, but for the time in which the node was deaf.
    private void CheckAge(Watch.Name known, HostName name, long age, uint received)
    {
        if (known.ReplayedAt > Now - age) return;
        if (host.SteppedAt > Now - Watch.HealTime || known.DisturbedAt > Now - Watch.HealTime) return;
        if (watch.MayLookYounger(Now - age)) return;
        var shownAge = WhoTime.Difference(WhoTime.Fold(host.Clock.UnixSeconds), received) * Watch.Second;
        if (shownAge < -2 * Watch.Second || age - shownAge > Watch.LongestTravel + host.Deaf)
            Fail($"has a status of {name} as {shownAge / Watch.Second} s old that is {age / Watch.Second} s old");
    }

    /// <summary>What a host's files showed of a name.</summary>
    internal struct Shown
    {
        public uint SendTime;

        /// <summary>When that send time was shown first, in microseconds.</summary>
        public long At;

        /// <summary>When the newest of them was said.</summary>
        public long Said;

        /// <summary>Arrivals awaited from before that are counted.</summary>
        public long ArrivedFrom;
    }
}
