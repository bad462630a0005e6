using Rwho.Protocol;
using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation;

/// <summary>
/// All of a virtual world: one clock, one seed. One thread lets happen what others may notice; what happens to hosts
/// that lag behind is worked off beside it.
/// </summary>
internal sealed class Site : IDisposable
{
    // However little happens, nobody lags for longer, in microseconds.
    private const long LongestLag = 10_000_000;

    private readonly Random random;
    private readonly List<VirtualHost> hosts = [];
    private readonly PriorityQueue<VirtualHost, (long At, int Index)> wakes = new();
    private readonly PriorityQueue<(string What, Action Do, bool IsFault), (long At, int Order)> plan = new();
    private readonly List<string> happened = [];
    private readonly Crew crew;
    private long workedOffAt;
    private int planned;

    /// <param name="threads">For hosts that lag; how many changes nothing in what happens.</param>
    public Site(int seed, int threads = 1)
    {
        const int EventsKept = 4096;
        crew = new Crew(hosts, threads - 1);
        random = new Random(seed);
        Trace = new Trace(EventsKept);
        Traffic = new Traffic(Trace, this);
        Watch = new Watch(Trace, this);
        Wire = new Wire(this, NewRandom(), Traffic);
    }

    public Wire Wire { get; }

    public Trace Trace { get; }

    public Traffic Traffic { get; }

    public Watch Watch { get; }

    public IReadOnlyList<VirtualHost> Hosts => hosts;

    /// <summary>Of sockets that are bound from now on.</summary>
    public int ReceiveBufferBytes { get; set; } = 212_992;

    /// <summary>Microseconds since the start; hosts may lag behind.</summary>
    public long Now { get; private set; }

    /// <summary>What happened at hosts, and to the site.</summary>
    public IEnumerable<Trace> Traces => hosts.Select(host => host.Notes.Trace).Prepend(Trace);

    public Random NewRandom() => new(random.Next());

    public VirtualHost AddHost(string name, double driftPerMillion)
    {
        var host = new VirtualHost(
            this, hosts.Count, HostName.FromField(System.Text.Encoding.ASCII.GetBytes(name)),
            new HostClock(driftPerMillion));
        hosts.Add(host);
        return host;
    }

    /// <summary>Lets something happen at a time.</summary>
    public void Plan(long microseconds, string what, Action happening, bool isFault = false) =>
        plan.Enqueue((what, happening, isFault), (microseconds, planned++));

    /// <summary>What went wrong so far, in words.</summary>
    public IReadOnlyList<string> Happened => happened;

    /// <summary>Looks at each host, on all threads, while nothing happens.</summary>
    public void LookAtAll(Action<VirtualHost> look)
    {
        crew.Begin(_ => true, look);
        crew.FinishAll();
    }

    /// <summary>Notes when a host has to be woken.</summary>
    public void Note(VirtualHost host)
    {
        var at = host.WakesAt;
        if (at == host.NotedFor) return;
        host.NotedFor = at;
        if (at < long.MaxValue) wakes.Enqueue(host, (at, host.Index));
    }

    /// <summary>Moves the world on from one thing that happens to the next.</summary>
    public void RunUntil(long end)
    {
        CatchUp();
        while (true)
        {
            var next = plan.TryPeek(out _, out var at) ? Math.Min(at.At, end) : end;
            while (NextWake() is { } wake && wake <= next)
            {
                if (wake - workedOffAt > LongestLag) WorkOff(wake);
                Wake(wake);
            }

            Now = next;
            WorkOff(next);
            FinishAll();
            CatchUp();
            while (plan.TryPeek(out var happening, out at) && at.At <= next)
            {
                plan.Dequeue();
                Trace.Add(next, Event.Fault, -1, (ulong)planned, happening.What);
                if (happening.IsFault) happened.Add($"{Clock.Text(next)} {happening.What}");
                happening.Do();
            }

            CatchUp();
            if (next >= end) return;
        }
    }

    public void Dispose()
    {
        crew.Dispose();
        foreach (var host in hosts)
        {
            host.Kill();
            host.Dispatcher.RunUntilIdle();
        }
    }

    private long? NextWake()
    {
        while (wakes.TryPeek(out var host, out var at))
        {
            if (at.At == host.NotedFor) return at.At;
            wakes.Dequeue(); // another time was noted since
        }

        return null;
    }

    private void Wake(long at)
    {
        var host = wakes.Dequeue();
        host.NotedFor = long.MaxValue;
        Now = Math.Max(Now, at);
        crew.Finish(host);
        host.RunUntil(Now);
        Note(host);
    }

    // Who lags sends nothing, and needs nobody.
    private void WorkOff(long until)
    {
        FinishAll();
        workedOffAt = until;
        crew.Begin(host => !host.Answers && host.WakesAt > until, host => host.RunUntil(until));
    }

    private void FinishAll()
    {
        crew.FinishAll();
        foreach (var host in hosts) Note(host);
    }

    // One after the other: whoever something was done to may send.
    private void CatchUp()
    {
        foreach (var host in hosts)
        {
            host.RunUntil(Now);
            Note(host);
        }
    }
}
