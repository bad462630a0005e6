using System.Globalization;

namespace Rwho.Tests.Lan;

/// <summary>
/// A bridge in a network namespace of its own, a /24 with a broadcast domain, and the hosts first put on it. Nothing of
/// it touches the machine's own networks.
/// </summary>
public sealed class Lan : IAsyncDisposable
{
    private const string Bridge = "bridge";
    private static int s_lans;

    private readonly Holder _switch;
    private readonly bool _ipv6;
    private readonly List<LanHost> _hosts = [];
    private int _places;

    private Lan(Holder bridge, string prefix, bool ipv6)
    {
        _ipv6 = ipv6;
        _switch = bridge;
        Prefix = prefix;
    }

    /// <summary>The first three numbers of its addresses, such as "10.90.3".</summary>
    public string Prefix { get; }

    public string Broadcast => $"{Prefix}.255";

    /// <param name="ipv6">
    /// False: neither the bridge nor the hosts speak IPv6, so that no packet passes unasked for.
    /// </param>
    public static async Task<Lan> Start(bool ipv6 = true)
    {
        int number = Interlocked.Increment(ref s_lans);
        Holder bridge = await Holder.Start("bridge");
        var lan = new Lan(bridge, string.Create(CultureInfo.InvariantCulture, $"10.90.{number}"), ipv6);
        if (!ipv6)
            await bridge.Inside(TurnOffIPv6);
        await bridge.Ip($"link add {Bridge} type bridge mcast_snooping 0", $"link set {Bridge} up");
        return lan;
    }

    /// <summary>A new host on this LAN, by interface eth0.</summary>
    public async Task<LanHost> AddHost(string name, Addressing addressing = Addressing.WithBroadcast)
    {
        LanHost host = await LanHost.Start(name);
        if (!_ipv6)
            await host.Inside(TurnOffIPv6);
        lock (_hosts)
            _hosts.Add(host);
        await Join(host, "eth0", addressing);
        return host;
    }

    /// <summary>Several new hosts, made at once.</summary>
    public Task<LanHost[]> AddHosts(params string[] names) => Task.WhenAll(names.Select(name => AddHost(name)));

    /// <summary>Gives a host an interface on this LAN. Returns its address.</summary>
    public async Task<string> Join(
        LanHost host, string interfaceName, Addressing addressing = Addressing.WithBroadcast)
    {
        int place = Interlocked.Increment(ref _places);
        string address = string.Create(CultureInfo.InvariantCulture, $"{Prefix}.{place}");
        await _switch.Ip(
            $"link add port{place} type veth peer name {interfaceName} netns {host.Pid}",
            $"link set port{place} master {Bridge} up");
        await host.Ip(
            addressing switch
            {
                Addressing.WithBroadcast => $"addr add {address}/24 brd {Broadcast} dev {interfaceName}",
                Addressing.WithoutBroadcast => $"addr add {address}/24 dev {interfaceName}",
                _ => "link show lo",
            },
            $"link set {interfaceName} up");
        await Eventually.True(() => host.Read($"/sys/class/net/{interfaceName}/operstate") == "up\n",
            $"{interfaceName} of {host.Name} up");
        if (addressing != Addressing.None)
            host.NoteAddress(address);
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LanHost host in _hosts)
            await host.DisposeAsync();
        await _switch.DisposeAsync();
    }

    /// <summary>For the calling thread's namespace, the interfaces to come included.</summary>
    private static bool TurnOffIPv6()
    {
        const string All = "/proc/sys/net/ipv6/conf/all/disable_ipv6";
        bool isThere = File.Exists(All);
        if (isThere)
            File.WriteAllText(All, "1");
        return isThere;
    }
}

/// <summary>What an interface gets when it joins a LAN.</summary>
public enum Addressing
{
    WithBroadcast,

    /// <summary>As `ip addr add 10.0.0.1/24 dev eth0` leaves it: no broadcast address is set.</summary>
    WithoutBroadcast,

    /// <summary>No IPv4 address at all.</summary>
    None,
}
