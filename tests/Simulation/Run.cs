using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Scenarios;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Rwho.Tests.Simulation;

/// <summary>One seed, from its start to its end.</summary>
internal sealed class Run : IDisposable
{
    private readonly Site site;
    private readonly Scenario scenario;
    private readonly Boards boards;
    private readonly ILookup<int, VirtualHost> relays; // by LAN

    /// <param name="threads">How many changes nothing in what happens.</param>
    public Run(int seed, SiteOptions options, int threads = 1)
    {
        Seed = seed;
        Options = options;
        site = new Site(seed, threads);
        scenario = new Scenario(site, options);
        boards = new Boards(scenario);
        boards.Plan();
        relays = site.Hosts.Where(scenario.IsRelay)
            .SelectMany(host => host.Ports.Select(port => (host, port.Segment.Number)))
            .ToLookup(at => at.Number, at => at.host);
        site.Traffic.Fail = site.Watch.Fail;
        site.Traffic.MostCopies = MostCopies;
        site.Traffic.HostAt = site.Wire.HostAt;
        site.Traffic.Ways.Fail = site.Watch.Fail;
        site.Traffic.Ways.HasStepped = name => scenario.ByName(name) is { SteppedAt: > 0 };
        site.Traffic.Ways.Whose = name => scenario.ByName(name)?.Index ?? -1;
        site.Traffic.LivesOf = host => host < 0 ? null : site.Hosts[host].Lives;
    }

    public int Seed { get; }

    public SiteOptions Options { get; }

    public IReadOnlyList<string> Violations => site.Watch.Violations;

    public IReadOnlyList<string> Faults => site.Happened;

    public IEnumerable<string> LastEvents(int most) => Trace.Last(site.Traces, most);

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
            host.Dispatcher.RunUntilIdle();
            if (host.Clock.Timers > 0) site.Watch.Fail($"{Scenario.Who(host)} leaves a timer when it is over");
        }
    }

    // Once for its host (each time it says it), and once for each life of a relay there.
    private int? MostCopies(int lan)
    {
        var most = 1;
        foreach (var relay in relays[lan]) most += relay.Lives;
        return most;
    }

    private Report Describe(TimeSpan took) => new()
    {
        Seed = Seed,
        Options = Options,
        Topology = scenario.Topology,
        Took = took,
        Virtual = TimeSpan.FromMicroseconds(site.Now),
        Digest = Trace.DigestOf(site.Traces),
        Events = site.Traces.Sum(trace => trace.Count),
        Messages = site.Hosts.Sum(host => host.Dispatcher.Deliveries),
        Traffic = site.Traffic,
        Travel = Sum(notes => notes.Travel),
        Arrivals = Sum(notes => notes.Arrivals),
        Received = [.. site.Hosts.Select(host => host.Notes.Received)],
        RealDowns = boards.RealDowns,
        FalseDowns = boards.FalseDowns,
        LargestTable = site.Watch.LargestTable,
        LargestQueue = site.Hosts.Max(host => host.Notes.LargestQueue),
        Dropped = site.Hosts.Sum(host => host.Notes.Dropped),
        Violations = [.. Violations],
    };

    private Latencies Sum(Func<Notes, Latencies> of)
    {
        var sum = new Latencies();
        foreach (var host in site.Hosts) sum.Add(of(host.Notes));
        return sum;
    }
}
