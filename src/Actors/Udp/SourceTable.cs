using System.Collections.Immutable;
using System.Net;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors.Udp;

/// <summary>
/// Addresses that datagrams came from lately: on which network each is, and how many datagrams it may still send. Used
/// by the receive thread alone, but for <see cref="Use"/>.
/// </summary>
internal sealed class SourceTable(int rateMax, TimeProvider time)
{
    /// <summary>When so many addresses are known, all are forgotten: a bound on what forged sources cost.</summary>
    public const int Capacity = 4096;

    /// <summary>An address may send so many seconds' worth at once.</summary>
    public const int BurstSeconds = 2;

    private readonly Dictionary<UInt128, Source> known = [];
    private Map map = new(NetworkMap.Empty, NeighbourMap.Empty);
    private Map used = new(NetworkMap.Empty, NeighbourMap.Empty);

    public int Count => known.Count;

    /// <summary>Classifies by these networks from now on; called from any thread.</summary>
    public void Use(NetworkMap networks, NeighbourMap neighbours) =>
        Volatile.Write(ref map, new Map(networks, neighbours));

    /// <summary>Where a source is, and whether a datagram from it may be taken now.</summary>
    public Source Find(DatagramSource from, out Rejection rejection)
    {
        var current = Volatile.Read(ref map);
        if (!ReferenceEquals(current, used) || known.Count > Capacity)
        {
            known.Clear();
            used = current;
        }

        if (!known.TryGetValue(from.Address, out var source))
        {
            var address = from.ToIPAddress();
            source = new Source(address, current.Networks.IsOwn(address), current.ViaOf(address),
                current.Neighbours.Configured.GetValueOrDefault(address, []),
                current.Neighbours.IsAccepted(address), current.Neighbours.ProvedAt(address));
            known.Add(from.Address, source);
        }

        rejection = source.IsOwn ? Rejection.OwnAddress
            : rateMax > 0 && !source.TakeToken(rateMax, time) ? Rejection.RateExceeded
            : Rejection.None;
        return source;
    }

    private sealed record Map(NetworkMap Networks, NeighbourMap Neighbours)
    {
        public Via ViaOf(IPAddress address) => Neighbours.IsConfigured(address) ? Via.Neighbour
            : Networks.IsConnected(address) ? Via.Lan
            : Via.OffNet;
    }

    /// <summary>One address, with a bucket of tokens: refilled at the rate, holding two seconds' worth.</summary>
    /// <param name="ports">Of the neighbours there that the operator named.</param>
    /// <param name="isAccepted">Whether a node there may be a neighbour when it asks.</param>
    /// <param name="provedPorts">Of those that asked, and proved the address.</param>
    internal sealed class Source(
        IPAddress address, bool isOwn, Via via, ImmutableHashSet<int> ports, bool isAccepted,
        ImmutableHashSet<int> provedPorts)
    {
        private double tokens = double.MaxValue;
        private long filled;

        public IPAddress Address => address;

        public bool IsOwn => isOwn;

        public Via Via => via;

        public bool HasNeighbourAt(int port) => ports.Contains(port);

        public bool MayBeNeighbour => isAccepted;

        /// <summary>Whether what a neighbour there passes on may be passed on further.</summary>
        public bool IsNeighbour(int port) => ports.Contains(port) || provedPorts.Contains(port);

        public bool TakeToken(int rate, TimeProvider time)
        {
            var now = time.GetTimestamp();
            var refill = time.GetElapsedTime(filled, now).TotalSeconds * rate;
            tokens = Math.Min(tokens + refill, (double)rate * BurstSeconds);
            filled = now;
            if (tokens < 1) return false;
            tokens -= 1;
            return true;
        }
    }
}
