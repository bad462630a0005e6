using Rwho.Protocol;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>
/// Looks at the boards of all hosts: every two minutes at their limits, and once all faults are over at whether they
/// are right.
/// </summary>
internal sealed class Boards(Scenario scenario)
{
    private const long Second = Scenario.Second;
    private const long Interval = WhoTime.IntervalSeconds * Second;

    private const long LookInterval = 120 * Second;

    // What was said less long ago may still be on its way.
    private const long Travel = 30 * Second;

    private readonly Site site = scenario.Site;

    /// <summary>Rows that called a host down that was up and had been for long.</summary>
    public long FalseDowns { get; private set; }

    /// <summary>From the end of a host to its being called down, over all boards.</summary>
    public Latencies RealDowns { get; } = new();

    public void Plan()
    {
        for (var at = LookInterval; at < scenario.End; at += LookInterval)
            site.Plan(at, "look at the boards", LookAtLimits);
        if (scenario.Healed + scenario.Quiet + WhoTime.DownAfterSeconds * Second > scenario.End) return;
        site.Plan(scenario.Healed + Interval + Travel, "all must be up", () => CheckUp(steady: true));
        site.Plan(scenario.Healed + scenario.Quiet, "all must be up, clocks healed", () => CheckUp(steady: false));
        site.Plan(scenario.End - 1, "the dead must be down", CheckDown);
    }

    private void LookAtLimits()
    {
        var looks = new Look[site.Hosts.Count];
        site.LookAtAll(host => looks[host.Index] = LookAt(host));
        foreach (var look in looks)
        {
            site.Watch.SeesTable(look.Rows);
            FalseDowns += look.FalseDowns;
            foreach (var wrong in look.Wrong ?? []) site.Watch.Fail(wrong);
        }
    }

    private Look LookAt(VirtualHost host)
    {
        if (host.Node is not { IsReady: true } node) return default;
        var rows = node.Parts.Board.Rows;
        var settings = scenario.Settings[host];
        var falseDowns = 0;
        List<string>? wrong = null;
        if (rows.Length > settings.HostsMax)
            (wrong ??= []).Add($"{Scenario.Who(host)} has {rows.Length} rows, {settings.HostsMax} at most");
        var forgetAfter = (long)settings.Forget.TotalSeconds + 3600 + 600;
        var mayForget = host.SteppedAt < site.Now - 2 * forgetAfter * Second
            && host.StartedAt < site.Now - forgetAfter * Second;
        var now = host.Clock.UnixSeconds;
        foreach (var row in rows)
        {
            var silence = now - row.Status.ReceiveTime;
            if (mayForget && silence > forgetAfter)
                (wrong ??= []).Add($"{Scenario.Who(host)} still has {row.Host}, silent for {silence} s");
            if (row.Status.IsDown(now) && HasLongBeenUp(row.Host)) falseDowns++;
        }

        return new Look(rows.Length, falseDowns, wrong);
    }

    private bool HasLongBeenUp(HostName name) =>
        scenario.ByName(name) is { IsRunning: true } host && host.StartedAt < site.Now - 660 * Second;

    private void CheckUp(bool steady)
    {
        foreach (var host in site.Hosts)
        {
            if (!host.IsRunning) continue;
            var board = host.Board;
            foreach (var other in site.Hosts)
                if (other.IsRunning && !(steady && site.Watch.IsDisturbed(other.Name)))
                    CheckUp(host, other, board.TryGetValue(other.Name, out var shown) ? shown : null);
        }
    }

    private void CheckUp(VirtualHost host, VirtualHost other, HostStatus? shown)
    {
        if (shown is not { } status)
            site.Watch.Fail($"{Scenario.Who(host)} does not list {Scenario.Who(other)}");
        else if (status.IsDown(host.Clock.UnixSeconds))
            site.Watch.Fail($"{Scenario.Who(host)} calls {Scenario.Who(other)} down");
        else if (site.Watch.SaidOf(other.Name).IsOutdated(status.Datagram, site.Now - Travel))
            site.Watch.Fail($"{Scenario.Who(host)} has an old status of {Scenario.Who(other)}");
    }

    private void CheckDown()
    {
        foreach (var host in site.Hosts)
        {
            // An old daemon whose clock was set believes what it wrote before.
            if (host.Old is not null && host.SteppedAt > 0) continue;
            var board = host.Board;
            foreach (var (dead, at) in scenario.Dead)
            {
                if (!board.TryGetValue(dead.Name, out var shown)) continue;
                if (!shown.IsDown(host.Clock.UnixSeconds))
                    site.Watch.Fail($"{Scenario.Who(host)} calls {Scenario.Who(dead)} up, which is dead");
                else RealDowns.Add(WhenDown(host, shown) - at);
            }
        }
    }

    /// <summary>What was seen at one host.</summary>
    private readonly record struct Look(int Rows, int FalseDowns, List<string>? Wrong);

    private long WhenDown(VirtualHost host, HostStatus shown) =>
        site.Now - (host.Clock.UnixSeconds - shown.ReceiveTime - WhoTime.DownAfterSeconds - 1) * Second;
}
