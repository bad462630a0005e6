using System.Net.Sockets;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Networks;
using static Rwho.Tests.Simulation.Scenarios.Scenario;

namespace Rwho.Tests.Simulation.Scenarios;

/// <summary>What goes wrong: each fault begins at a time, and is over at a later one.</summary>
internal sealed class Faults
{
    /// <summary>No fault lasts longer, in microseconds.</summary>
    public const long Longest = 1200 * Second;

    private const long FirstAt = 8 * 60 * Second;

    private readonly Scenario scenario;
    private readonly Random random;
    private readonly long until;
    private readonly Action<long, long>[] kinds;
    private readonly HashSet<VirtualHost> doomed = [];

    /// <param name="until">By when all must be over, in microseconds.</param>
    public Faults(Scenario scenario, Random random, long until)
    {
        this.scenario = scenario;
        this.random = random;
        this.until = until;
        kinds =
        [
            BadWeather, BadWeather, CutLan, CutCable, CutOneWay, Crash, Crash, PowerFailure, PowerFailure,
            RestartInOrder, SetClock, SetClock, FullDisk, Suspend, ChangeAddress, SendsFail, Attack, Attack,
            Attack, SmallBuffer, Death,
        ];
    }

    private Site Site => scenario.Site;

    public void Plan()
    {
        if (until <= FirstAt) return;
        var minutes = (until - FirstAt) / (60 * Second);
        // One in four minutes on a small site, more on a large one.
        var count = Math.Max(2, minutes / 4 * Math.Max(1, Site.Hosts.Count / 50));
        for (var i = 0; i < count; i++)
        {
            var at = FirstAt + random.NextInt64(until - FirstAt);
            var over = Math.Min(until, at + random.NextInt64(Second, Longest));
            kinds[random.Next(kinds.Length)](at, over);
        }
    }

    private void Between(long at, long over, string what, Action begin, Action end)
    {
        Site.Plan(at, what, begin, isFault: true);
        Site.Plan(over, $"over: {what}", end, isFault: true);
        scenario.Healed = Math.Max(scenario.Healed, over);
    }

    private void Once(long at, string what, Action happening)
    {
        Site.Plan(at, what, happening, isFault: true);
        scenario.Healed = Math.Max(scenario.Healed, at);
    }

    private VirtualHost AnyHost() => Site.Hosts[random.Next(Site.Hosts.Count)];

    private Segment AnyLan() => Site.Wire.Segments[random.Next(Site.Wire.Segments.Count)];

    private void BadWeather(long at, long over)
    {
        var lan = AnyLan();
        var weather = new Weather
        {
            Loss = random.Next(2) * random.NextDouble() * 0.5,
            Duplication = random.Next(2) * random.NextDouble() * 0.3,
            JitterMicroseconds = random.Next(3) == 0 ? 2_000_000 : 5_000,
        };
        Between(at, over, $"LAN {lan.Number}: {weather}",
            () => lan.Weather = weather, () => lan.Weather = Weather.Fair);
    }

    private void CutLan(long at, long over)
    {
        var lan = AnyLan();
        Between(at, over, $"LAN {lan.Number} is cut",
            () => lan.Weather = new Weather { IsCut = true }, () => lan.Weather = Weather.Fair);
    }

    private void CutCable(long at, long over)
    {
        var host = AnyHost();
        var port = host.Ports[random.Next(host.Ports.Count)];
        Between(at, over, $"{Who(host)} is unplugged from LAN {port.Segment.Number}",
            () => Plug(isDown: true), () => Plug(isDown: false));

        void Plug(bool isDown)
        {
            port.IsDown = isDown;
            host.ChangeInterfaces();
        }
    }

    private void CutOneWay(long at, long over)
    {
        var host = AnyHost();
        var port = host.Ports[random.Next(host.Ports.Count)];
        if (random.Next(2) == 0)
            Between(at, over, $"{Who(host)} is not heard", () => port.IsMute = true, () => port.IsMute = false);
        else Between(at, over, $"{Who(host)} hears nothing", () => port.IsDeaf = true, () => port.IsDeaf = false);
    }

    private void Crash(long at, long over)
    {
        var host = AnyHost();
        Between(at, over, $"{Who(host)}: the daemon is killed", host.Kill, () => scenario.Start(host));
    }

    private void PowerFailure(long at, long over)
    {
        var host = AnyHost();
        var wipes = random.Next(2) == 0;
        Between(at, over, $"{Who(host)} loses power{(wipes ? ", and its disk" : "")}", Fail, () =>
        {
            host.Boot();
            scenario.Start(host);
        });

        void Fail()
        {
            host.Kill();
            if (wipes) host.Disk.Wipe();
        }
    }

    private void RestartInOrder(long at, long over)
    {
        var host = AnyHost();
        Between(at, over, $"{Who(host)}: the daemon is stopped",
            () =>
            {
                if (host.Node is { } node) node.Stop();
                else host.Kill();
            },
            () =>
            {
                host.Kill();
                scenario.Start(host);
            });
    }

    private void SetClock(long at, long over)
    {
        var host = AnyHost();
        var by = TimeSpan.FromSeconds(random.Next(3) switch
        {
            0 => random.Next(-5, 6),
            1 => random.Next(-600, 600),
            _ => random.Next(-86_400, 86_400),
        });
        Between(at, over, $"{Who(host)}: the clock is set by {by}", () => Step(by), () => Step(-by));

        void Step(TimeSpan step)
        {
            host.Clock.Step(step);
            Site.Watch.Steps(host);
        }
    }

    private void FullDisk(long at, long over)
    {
        var host = AnyHost();
        Between(at, over, $"{Who(host)}: the disk is full",
            () => host.Disk.Fault = new IOException("No space left on device"), () => host.Disk.Fault = null);
    }

    private void Suspend(long at, long over)
    {
        var host = AnyHost();
        over = Math.Min(over, at + 300 * Second);
        Between(at, over, $"{Who(host)}: the process is suspended", () =>
        {
            if (!host.IsRunning || host.Clock.IsSuspended) return;
            host.Clock.IsSuspended = true;
            host.SuspendedAt = Site.Now;
        }, () =>
        {
            if (!host.Clock.IsSuspended) return;
            Site.Watch.Suspends(host.SuspendedAt, Site.Now);
            host.Clock.IsSuspended = false;
        });
    }

    private void ChangeAddress(long at, long over)
    {
        var host = AnyHost();
        if (scenario.IsRelay(host)) return;
        var (port, old) = (host.Ports[0], host.Ports[0].Address);
        var other = Address.On(port.Segment.Number, 0xE000 + host.Index);
        Between(at, over, $"{Who(host)} has another address", () => Move(other), () => Move(old));

        void Move(uint address)
        {
            Site.Wire.Readdress(port, address);
            host.ChangeInterfaces();
        }
    }

    private void SendsFail(long at, long over)
    {
        var host = AnyHost();
        var fault = random.Next(2) == 0 ? SocketError.NetworkUnreachable : SocketError.NoBufferSpaceAvailable;
        Between(at, over, $"{Who(host)}: sending fails with {fault}",
            () => host.SendFault = fault, () => host.SendFault = null);
    }

    private void SmallBuffer(long at, long over)
    {
        var host = AnyHost();
        Between(at, over, $"{Who(host)} has a small receive buffer",
            () => SetBuffer(4096), () => SetBuffer(Site.ReceiveBufferBytes));

        void SetBuffer(int bytes)
        {
            if (host.Socket is { } socket) socket.ReceiveBufferBytes = bytes;
        }
    }

    private void Death(long at, long _)
    {
        var host = AnyHost();
        if (scenario.IsRelay(host) || doomed.Count >= Site.Hosts.Count / 4 || !doomed.Add(host)) return;
        Once(at, $"{Who(host)} dies", () => scenario.Die(host));
    }

    private void Attack(long at, long _)
    {
        var attacker = new Attacker(Site, AnyLan());
        var victim = AnyHost();
        var size = random.Next(1, Math.Max(50, 20_000 / Site.Hosts.Count));
        var (what, attack) = random.Next(6) switch
        {
            0 => ("garbage", (Action)(() => attacker.SendGarbage(size))),
            1 => ("invented hosts", () => attacker.InventHosts(size)),
            2 => ($"a forged future of {Who(victim)}", () => attacker.ForgeFuture(victim)),
            3 or 4 => ($"replays of {Who(victim)}", () => attacker.Replay(victim)),
            _ => ("false neighbours", () => attacker.PretendNeighbour(size)),
        };
        // A full table has room again once the invented hosts are down.
        const long Aftermath = 700 * Second;
        at = Math.Max(FirstAt, Math.Min(at, until - Aftermath));
        Once(at, $"attack with {what}", attack);
        scenario.Healed = Math.Max(scenario.Healed, at + Aftermath);
    }
}
