using System.Collections.Immutable;
using System.Net;

namespace Rwho.Actors.Relays;

/// <summary>
/// All neighbours: those that the operator named, at the address that answers, and those accepted from the networks
/// allowed. Who is accepted but silent makes room for the next.
/// </summary>
public sealed class Neighbours
{
    /// <summary>Hellos without an answer after which the next address of a name is tried.</summary>
    private const long NextAddressMilliseconds = 10_000;

    private readonly ImmutableArray<NeighbourAddress> configured;
    private readonly ImmutableArray<IPNetwork> accepted;
    private readonly Func<ulong> newCookie;
    private readonly int port;
    private readonly Named[] named;
    private readonly Dictionary<IPEndPoint, Neighbour> byEndPoint = [];

    // Whatever address a neighbour answers from, the one that was named is sent to.
    private readonly Dictionary<IPEndPoint, Neighbour> alsoAt = [];

    /// <param name="port">Of neighbours named without one.</param>
    public Neighbours(
        ImmutableArray<NeighbourAddress> configured, ImmutableArray<IPNetwork> accepted, int port,
        Func<ulong> newCookie)
    {
        this.configured = configured;
        this.accepted = accepted;
        this.port = port;
        this.newCookie = newCookie;
        named = [.. configured.Select(_ => new Named())];
    }

    public IReadOnlyCollection<Neighbour> All => byEndPoint.Values;

    /// <summary>Who is a neighbour, for who receives.</summary>
    public NeighbourMap Map(long now) => new(
        named.SelectMany((at, i) => at.Addresses.Select(address => (Address: address, Port: PortOf(i))))
            .Concat(alsoAt.Where(pair => pair.Value.IsConfigured).Select(pair => (pair.Key.Address, pair.Key.Port)))
            .GroupBy(at => at.Address)
            .ToImmutableDictionary(same => same.Key, same => same.Select(at => at.Port).ToImmutableHashSet()),
        accepted,
        [.. byEndPoint.Values.Where(at => !at.IsConfigured && at.IsProved(now)).Select(at => at.EndPoint)]);

    /// <summary>Takes what a name stands for now; answers neighbours that are none any more.</summary>
    public IReadOnlyList<Neighbour> Use(int index, ImmutableArray<IPAddress> addresses, long now)
    {
        var at = named[index];
        if (addresses.IsEmpty || at.Addresses.SequenceEqual(addresses)) return [];
        at.Addresses = addresses;
        var gone = new List<Neighbour>();
        Aim(index, at.Current is { } current && addresses.Contains(current) ? current : addresses[0], now, gone);
        Settle(now, gone);
        return Gone(gone);
    }

    /// <summary>Whether the neighbour of that name was heard lately.</summary>
    public bool IsHeard(int index, long now) =>
        named[index].Current is { } current && Find(new IPEndPoint(current, PortOf(index)))?.IsSilent(now) == false;

    /// <summary>
    /// Of names that do not answer another address is tried from now on, and names that found no place look for one;
    /// answers neighbours that are none any more.
    /// </summary>
    public IReadOnlyList<Neighbour> TryNextAddresses(long now)
    {
        var gone = new List<Neighbour>();
        for (var i = 0; i < named.Length; i++)
        {
            var at = named[i];
            if (at.Addresses.Length < 2 || now - at.Since < NextAddressMilliseconds) continue;
            if (Find(new IPEndPoint(at.Current!, PortOf(i)))?.IsSilent(now) != true) continue;
            var next = at.Addresses[(at.Addresses.IndexOf(at.Current!) + 1) % at.Addresses.Length];
            Aim(i, next, now, gone);
        }

        Settle(now, gone);
        return Gone(gone);
    }

    /// <summary>
    /// Who speaks from there: a neighbour known, one whose name stands for that address too, and which has not spoken
    /// from another one, or one accepted now; null where none of these.
    /// </summary>
    /// <param name="mayJoin">Whether it may be accepted.</param>
    public Neighbour? Speaker(IPEndPoint from, bool mayJoin, long now)
    {
        if (Find(from) is { } known) return known;
        if (ByName(from.Address, from.Port) is { } other && other.IsSilent(now)) return other;
        var gone = new List<Neighbour>();
        if (!mayJoin || !accepted.Any(network => network.Contains(from.Address)) || !MakeRoom(now, gone)) return null;
        Gone(gone);
        var newcomer = new Neighbour(from, from.ToString(), isConfigured: false, newCookie())
        {
            SinceMilliseconds = now,
        };
        byEndPoint.Add(from, newcomer);
        return newcomer;
    }

    /// <summary>A neighbour by its address: the one at that port, else whichever.</summary>
    public Neighbour? At(IPAddress address, int port) =>
        Find(new IPEndPoint(address, port))
        ?? byEndPoint.Values.FirstOrDefault(neighbour => neighbour.EndPoint.Address.Equals(address))
        ?? alsoAt.FirstOrDefault(pair => pair.Key.Address.Equals(address)).Value
        ?? ByName(address, port: null);

    /// <summary>A neighbour by any of its addresses.</summary>
    public Neighbour? Find(IPEndPoint endPoint) =>
        byEndPoint.GetValueOrDefault(endPoint) ?? alsoAt.GetValueOrDefault(endPoint);

    /// <summary>Addresses that a neighbour answers from, beside the one that was named.</summary>
    public IEnumerable<IPAddress> OthersOf(Neighbour neighbour) =>
        alsoAt.Where(pair => pair.Value == neighbour).Select(pair => pair.Key.Address);

    /// <summary>The neighbour that was given this cookie, wherever it is.</summary>
    public Neighbour? Given(ulong cookie) => byEndPoint.Values.FirstOrDefault(at => at.Cookie == cookie);

    /// <summary>Whether those accepted that proved their addresses are the ones of this map.</summary>
    public bool AreProvedAsIn(NeighbourMap map, long now)
    {
        var count = 0;
        foreach (var at in byEndPoint.Values)
        {
            if (at.IsConfigured || !at.IsProved(now)) continue;
            if (!map.Proved.Contains(at.EndPoint)) return false;
            count++;
        }

        return count == map.Proved.Count;
    }

    /// <summary>
    /// A neighbour answers from another address than the one that was named. One that is accepted has to prove each of
    /// its addresses: what is for it would go to wherever it points, else.
    /// </summary>
    /// <returns>Null when nothing changed; else the neighbours that are none any more.</returns>
    public IReadOnlyList<Neighbour>? Answers(Neighbour neighbour, IPEndPoint from)
    {
        if (!neighbour.IsConfigured || from.Equals(neighbour.EndPoint)) return null;
        if (Find(from) is { IsConfigured: true } known && known != neighbour) return null;
        var isNamed = IsNamed(from, neighbour);
        if (!isNamed && Find(from) == neighbour) return null;
        IReadOnlyList<Neighbour> gone = byEndPoint.Remove(from, out var same) ? Gone([same]) : [];
        if (isNamed) Move(neighbour, from);
        else AlsoAt(from, neighbour);
        return gone;
    }

    /// <summary>
    /// A neighbour proved its address: who gave us the same cookie at another one is the same node, to be sent
    /// everything once. Of accepted ones the newest address counts; of two that were named the first, while it answers.
    /// </summary>
    /// <returns>Neighbours that are none any more.</returns>
    public IReadOnlyList<Neighbour> Proved(Neighbour neighbour, long now)
    {
        var same = byEndPoint.Values.FirstOrDefault(at =>
            at != neighbour && at.Theirs == neighbour.Theirs && at.Theirs != 0 && at.IsProved(now));
        if (same is null) return [];
        var (kept, other) = neighbour.IsConfigured && !same.IsConfigured ? (neighbour, same)
            : same.IsConfigured ? (same, neighbour)
            : (neighbour, same);
        byEndPoint.Remove(other.EndPoint);
        var gone = Gone([other]);
        if (kept.IsConfigured) AlsoAt(other.EndPoint, kept);
        return gone;
    }

    /// <summary>Accepted ones that are silent are forgotten; answers them.</summary>
    public IReadOnlyList<Neighbour> ForgetSilent(long now)
    {
        var gone = byEndPoint.Values
            .Where(at => !at.IsConfigured && at.IsSilent(now) && !at.IsProved(now)
                && now - at.SinceMilliseconds > Neighbour.SilenceMilliseconds)
            .ToList();
        foreach (var neighbour in gone) byEndPoint.Remove(neighbour.EndPoint);
        return Gone(gone);
    }

    private List<Neighbour> Gone(List<Neighbour> gone)
    {
        foreach (var (endPoint, _) in alsoAt.Where(pair => gone.Contains(pair.Value)).ToList()) alsoAt.Remove(endPoint);
        return gone;
    }

    private int PortOf(int index) => configured[index].Port == 0 ? port : configured[index].Port;

    // The neighbour whose name stands for that address, too, though it is not sent to there.
    private Neighbour? ByName(IPAddress address, int? port)
    {
        for (var i = 0; i < named.Length; i++)
            if (named[i].Addresses.Contains(address) && (port is null || port == PortOf(i)))
                return Find(new IPEndPoint(named[i].Current!, PortOf(i)));
        return null;
    }

    // Whether one of the neighbour's names stands for that address, too.
    private bool IsNamed(IPEndPoint endPoint, Neighbour neighbour) => Enumerable.Range(0, named.Length).Any(i =>
        PortOf(i) == endPoint.Port && named[i].Addresses.Contains(endPoint.Address)
        && Find(new IPEndPoint(named[i].Current!, PortOf(i))) == neighbour);

    // It speaks from there: that it can be reached there is more likely than elsewhere.
    private void Move(Neighbour neighbour, IPEndPoint to)
    {
        var before = neighbour.EndPoint;
        for (var i = 0; i < named.Length; i++)
            if (before.Address.Equals(named[i].Current) && before.Port == PortOf(i) && to.Port == PortOf(i)
                && named[i].Addresses.Contains(to.Address)) named[i].Current = to.Address;
        byEndPoint.Remove(before);
        alsoAt.Remove(to);
        AlsoAt(before, neighbour);
        neighbour.EndPoint = to;
        byEndPoint.Add(to, neighbour);
    }

    private void AlsoAt(IPEndPoint endPoint, Neighbour neighbour)
    {
        if (alsoAt.Values.Count(at => at == neighbour) >= RelayLimits.AddressesOfOne)
            alsoAt.Remove(alsoAt.First(pair => pair.Value == neighbour).Key);
        alsoAt[endPoint] = neighbour;
    }

    private void Aim(int index, IPAddress address, long now, List<Neighbour> gone)
    {
        var at = named[index];
        if (at.Current is { } before && !before.Equals(address)
            && byEndPoint.GetValueOrDefault(new IPEndPoint(before, PortOf(index))) is { IsConfigured: true } old
            && old.Name == configured[index].ToString() && byEndPoint.Remove(old.EndPoint)) gone.Add(old);
        at.Current = address;
        at.Since = now;
    }

    // A name that shares its address or its node with another one, or found no place, is a neighbour as soon as may be.
    private void Settle(long now, List<Neighbour> gone)
    {
        for (var i = 0; i < named.Length; i++)
        {
            if (named[i].Current is not { } current) continue;
            var endPoint = new IPEndPoint(current, PortOf(i));
            if (byEndPoint.GetValueOrDefault(endPoint) is { IsConfigured: true }) continue;
            if (alsoAt.GetValueOrDefault(endPoint)?.IsSilent(now) == false) continue;
            if (byEndPoint.Remove(endPoint, out var accepted)) gone.Add(accepted);
            else if (!MakeRoom(now, gone, forNamed: true)) continue;
            alsoAt.Remove(endPoint);
            byEndPoint.Add(endPoint, new Neighbour(
                endPoint, configured[i].ToString(), isConfigured: true, newCookie()));
        }

        var behind = Enumerable.Range(0, named.Length).Where(i => named[i].Current is not null)
            .Select(i => Find(new IPEndPoint(named[i].Current!, PortOf(i)))).ToHashSet();
        foreach (var left in byEndPoint.Values.Where(at => at.IsConfigured && !behind.Contains(at)).ToList())
        {
            byEndPoint.Remove(left.EndPoint);
            gone.Add(left);
        }
    }

    // Who did not prove its address goes first, the oldest of them: forged sources cost no neighbour its place, and a
    // newcomer has time to answer. Who was named by the operator has a place before those that are accepted.
    private bool MakeRoom(long now, List<Neighbour> gone, bool forNamed = false)
    {
        if (byEndPoint.Count < RelayLimits.Neighbours) return true;
        var accepted = byEndPoint.Values.Where(at => !at.IsConfigured).ToList();
        var idle = accepted.Where(at => !at.IsProved(now)).MinBy(at => at.SinceMilliseconds)
            ?? (forNamed ? accepted.MinBy(at => at.ProvedMilliseconds) : null);
        if (idle is null) return false;
        gone.Add(idle);
        return byEndPoint.Remove(idle.EndPoint);
    }

    private sealed class Named
    {
        public ImmutableArray<IPAddress> Addresses { get; set; } = [];

        public IPAddress? Current { get; set; }

        public long Since { get; set; }
    }
}
