using Rwho.Protocol;
using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Hosts;
using Rwho.Tests.Simulation.Networks;

namespace Rwho.Tests.Simulation;

/// <summary>All of a virtual world: one thread, one clock, one seed.</summary>
internal sealed class Site : IDisposable
{
    private readonly Random random;
    private readonly List<VirtualHost> hosts = [];
    private readonly List<VirtualHost> toRead = [];
    private readonly PriorityQueue<(string What, Action Do, bool IsFault), (long At, int Order)> plan = new();
    private readonly long startTimestamp;
    private readonly List<string> happened = [];
    private int planned;

    public Site(int seed)
    {
        random = new Random(seed);
        Dispatcher = new DeterministicDispatcher(seed);
        startTimestamp = Dispatcher.Clock.GetTimestamp();
        Trace = new Trace();
        Traffic = new Traffic(Trace);
        Watch = new Watch(Trace, this);
        Wire = new Wire(NewRandom(), Traffic);
    }

    public DeterministicDispatcher Dispatcher { get; }

    public Wire Wire { get; }

    public Trace Trace { get; }

    public Traffic Traffic { get; }

    public Watch Watch { get; }

    public IReadOnlyList<VirtualHost> Hosts => hosts;

    /// <summary>Of sockets that are bound from now on.</summary>
    public int ReceiveBufferBytes { get; set; } = 212_992;

    /// <summary>Microseconds since the start.</summary>
    public long Now => (Dispatcher.Clock.GetTimestamp() - startTimestamp) / TimeSpan.TicksPerMicrosecond;

    public Random NewRandom() => new(random.Next());

    public VirtualHost AddHost(string name, double driftPerMillion)
    {
        var host = new VirtualHost(
            this, hosts.Count, HostName.FromField(System.Text.Encoding.ASCII.GetBytes(name)),
            new HostClock(Dispatcher.Clock, driftPerMillion));
        hosts.Add(host);
        Traffic.AddHost();
        return host;
    }

    /// <summary>Lets something happen at a time.</summary>
    public void Plan(long microseconds, string what, Action happening, bool isFault = false) =>
        plan.Enqueue((what, happening, isFault), (microseconds, planned++));

    /// <summary>What went wrong so far, in words.</summary>
    public IReadOnlyList<string> Happened => happened;

    /// <summary>Most datagrams that ever waited at one socket.</summary>
    public int LargestQueue { get; private set; }

    public void Waiting(int datagrams) => LargestQueue = Math.Max(LargestQueue, datagrams);

    /// <summary>What was planned does not happen any more.</summary>
    public void DropPlan() => plan.Clear();

    public void HasToRead(VirtualHost host)
    {
        if (!toRead.Contains(host)) toRead.Add(host);
    }

    /// <summary>Moves the world on from one thing that happens to the next.</summary>
    public void RunUntil(long end)
    {
        Settle();
        while (true)
        {
            var next = end;
            if (Wire.NextDue is { } due && due < next) next = due;
            if (plan.TryPeek(out _, out var at) && at.At < next) next = at.At;
            if (Dispatcher.Clock.NextDue is { } timer)
                next = Math.Min(next, (timer - startTimestamp) / TimeSpan.TicksPerMicrosecond + 1);
            Step(Math.Max(next, Now));
            if (next >= end) return;
        }
    }

    public void Dispose()
    {
        foreach (var host in hosts) host.Kill();
        Dispatcher.RunUntilIdle();
    }

    private void Step(long to)
    {
        Dispatcher.Advance(TimeSpan.FromTicks(
            startTimestamp + to * TimeSpan.TicksPerMicrosecond - Dispatcher.Clock.GetTimestamp()));
        Wire.Now = Traffic.Now = to;
        Wire.Deliver();
        while (plan.TryPeek(out var next, out var at) && at.At <= to)
        {
            plan.Dequeue();
            Trace.Add(to, Event.Fault, -1, (ulong)planned, next.What);
            if (next.IsFault) happened.Add($"{Clock.Text(to)} {next.What}");
            next.Do();
        }

        Settle();
    }

    private void Settle()
    {
        Dispatcher.RunUntilIdle();
        for (var i = toRead.Count - 1; i >= 0; i--)
            if (!toRead[i].Read()) toRead.RemoveAt(i);
        Dispatcher.RunUntilIdle();
    }
}
