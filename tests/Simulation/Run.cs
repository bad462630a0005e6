using System.Diagnostics;
using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation;

/// <summary>One seed, from its start to its end.</summary>
internal sealed class Run : IDisposable
{
    private readonly Site site;
    private readonly Scenario scenario;
    private readonly Boards boards;

    public Run(int seed, SiteOptions options)
    {
        Seed = seed;
        Options = options;
        site = new Site(seed);
        scenario = new Scenario(site, options);
        boards = new Boards(scenario);
        boards.Plan();
        site.Traffic.Fail = site.Watch.Fail;
        site.Traffic.MostCopies = MostCopies;
        site.Traffic.HostAt = site.Wire.HostAt;
        site.Traffic.Ways.Fail = site.Watch.Fail;
        site.Traffic.Ways.Whose = name => scenario.ByName(name)?.Index ?? -1;
        site.Traffic.LivesOf = host => host < 0 ? null : site.Hosts[host].Lives;
    }

    public int Seed { get; }

    public SiteOptions Options { get; }

    public IReadOnlyList<string> Violations => site.Watch.Violations;

    public IReadOnlyList<string> Faults => site.Happened;

    public IEnumerable<string> LastEvents(int most) => site.Trace.Last(most);

    /// <summary>Runs it; stops early when something happened that never may.</summary>
    /// <param name="progress">Called each virtual minute with the share that is done, 0..1.</param>
    public Report Execute(Action<double>? progress = null)
    {
        var started = Stopwatch.GetTimestamp();
        const long Step = 60 * Scenario.Second;
        for (var at = Step; site.Now < scenario.End && Violations.Count == 0; at += Step)
        {
            site.RunUntil(Math.Min(at, scenario.End));
            progress?.Invoke((double)site.Now / scenario.End);
        }

        if (Violations.Count == 0) EndInOrder();
        return Describe(Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        site.Watch.IsOver = true;
        site.Dispose();
    }

    // Nothing may be left of nodes that stopped: no socket, no timer, nothing to do.
    private void EndInOrder()
    {
        foreach (var host in site.Hosts) host.Node?.Stop();
        site.RunUntil(site.Now + 10 * Scenario.Second);
        foreach (var host in site.Hosts)
        {
            if (host.Node is { HasStopped: false }) site.Watch.Fail($"{Scenario.Who(host)} does not stop");
            if (host.Socket is not null) site.Watch.Fail($"{Scenario.Who(host)} leaves its socket open");
            host.Kill();
        }

        site.Dispatcher.RunUntilIdle();
        site.DropPlan();
        if (site.Dispatcher.Clock.NextDue is not null) site.Watch.Fail("a timer is left when all nodes are over");
    }

    // Once for its host (each time it says it), and once for each life of a relay there.
    private int? MostCopies(int lan, ulong hash) =>
        1 + site.Wire.Segments[lan].Ports.Sum(port =>
            port.Station is Hosts.VirtualHost host && scenario.IsRelay(host) ? host.Lives : 0);

    private Report Describe(TimeSpan took) => new()
    {
        Seed = Seed,
        Options = Options,
        Topology = scenario.Topology,
        Took = took,
        Virtual = TimeSpan.FromMicroseconds(site.Now),
        Digest = site.Trace.Digest,
        Events = site.Trace.Count,
        Messages = site.Dispatcher.Deliveries,
        Traffic = site.Traffic,
        Travel = site.Watch.Travel,
        Arrivals = site.Watch.Arrivals,
        RealDowns = boards.RealDowns,
        FalseDowns = boards.FalseDowns,
        LargestTable = site.Watch.LargestTable,
        LargestQueue = site.LargestQueue,
        MostUnderWay = site.Wire.MostUnderWay,
        Violations = [.. Violations],
    };
}
