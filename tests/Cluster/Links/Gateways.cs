using System.Globalization;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>
/// Gateways of one process over loopback, each at an address of its own, so that ports are never taken; and the links
/// between them, which can be cut.
/// </summary>
public sealed class Gateways : IAsyncDisposable
{
    /// <summary>For what needs some rounds of gossip, on a machine that has other things to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>As in earnest, but for the intervals; and with a valve in each link.</summary>
    internal static readonly Config Quick = ConfigurationFactory.ParseString("""
        akka {
          remote {
            retry-gate-closed-for = 500ms
            dot-netty.tcp.applied-adapters = ["trttl"]
          }
          cluster {
            gossip-interval = 250ms
            leader-actions-interval = 250ms
            unreachable-nodes-reaper-interval = 250ms
            periodic-tasks-initial-delay = 250ms
            allow-weakly-up-members = 1s
            seed-node-timeout = 2s
            retry-unsuccessful-join-after = 1s
            failure-detector {
              heartbeat-interval = 500ms
              acceptable-heartbeat-pause = 3s
              expected-response-after = 1s
            }
          }
        }
        """);

    private const int Port = 5514;
    private static int s_places;
    private readonly List<Gateway> _gateways = [];

    /// <summary>A loopback address that nobody else has, with the port.</summary>
    public static string NewPlace()
    {
        int place = Interlocked.Increment(ref s_places);
        int own = 16 + (Environment.ProcessId % 0xef);
        return string.Create(CultureInfo.InvariantCulture, $"127.{own}.{place / 250}.{1 + (place % 250)}:{Port}");
    }

    public static string[] NewPlaces(int count) => [.. Enumerable.Range(0, count).Select(_ => NewPlace())];

    internal static ClusterSettings At(string place, params string[] seeds) => new(place.Split(':')[0], Port)
    {
        Seeds = [.. seeds],
        LookInterval = TimeSpan.FromSeconds(1),
        PatienceWithSeeds = TimeSpan.FromSeconds(5),
        Overrides = Quick,
    };

    internal Gateway Start(ClusterSettings settings, bool joinsAgain = true)
    {
        var gateway = new Gateway(settings, joinsAgain);
        _gateways.Add(gateway);
        return gateway;
    }

    internal Gateway Start(string place, params string[] seeds) => Start(At(place, seeds));

    /// <summary>One at each place, with all of these places as seeds; they see each other.</summary>
    internal async Task<Gateway[]> StartTogether(
        int count, int seeds, Func<ClusterSettings, ClusterSettings>? change = null)
    {
        string[] places = NewPlaces(count);
        Gateway[] all =
            [.. places.Select(place => Start((change ?? (same => same))(At(place, places[..seeds]))))];
        foreach (Gateway one in all) await one.Sees([.. all.Where(other => other != one)]);
        return all;
    }

    /// <summary>Nothing passes between two of them any more.</summary>
    public static Task Cut(Gateway one, Gateway other) =>
        Command(one, other, to => new SetThrottle(to, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance));

    /// <summary>All passes again, but not that a connection was closed meanwhile: that the valve swallowed.</summary>
    public static Task Heal(Gateway one, Gateway other) =>
        Command(one, other, to => new SetThrottle(to, ThrottleTransportAdapter.Direction.Both, Unthrottled.Instance));

    public async ValueTask DisposeAsync()
    {
        foreach (Gateway gateway in _gateways) await gateway.DisposeAsync();
    }

    // A link that joins again has a new system, whose valves are open.
    private static async Task Command(Gateway one, Gateway other, Func<Address, object> command)
    {
        foreach ((Gateway from, Gateway to) in new[] { (one, other), (other, one) })
        {
            if (from.Link.System is not { } system || system.WhenTerminated.IsCompleted) continue;
            var provider = (RemoteActorRefProvider)((ExtendedActorSystem)system).Provider;
            await provider.Transport.ManagementCommand(
                command(provider.DefaultAddress.WithHost(to.Name.Split(':')[0])));
        }
    }
}
