namespace Rwho.Tests.Simulation.Hosts;

/// <summary>
/// Works off, on threads of its own, what happened to hosts that lag, while the site goes on: they send nothing
/// meanwhile, and nobody reads what they write until he has <see cref="Finish"/>ed them. How many threads there are
/// changes nothing in what happens.
/// </summary>
internal sealed class Crew : IDisposable
{
    private readonly IReadOnlyList<VirtualHost> hosts;
    private readonly Thread[] threads;
    private readonly SemaphoreSlim work = new(0);
    private volatile bool isOver;
    private Exception? failure;
    private Action<VirtualHost> job = _ => { };
    private int next; // whom to look at; only a hint

    /// <param name="hosts">May still grow while nothing is begun.</param>
    /// <param name="threads">Beside the site's own.</param>
    public Crew(IReadOnlyList<VirtualHost> hosts, int threads)
    {
        this.hosts = hosts;
        this.threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true })];
        foreach (var thread in this.threads) thread.Start();
    }

    /// <summary>Begins to do something with those hosts; everything begun before is finished.</summary>
    public void Begin(Func<VirtualHost, bool> those, Action<VirtualHost> what)
    {
        job = what;
        foreach (var host in hosts)
            if (those(host)) host.Turn = Turn.Waits;
        Volatile.Write(ref next, 0);
        if (threads.Length > 0) work.Release(threads.Length);
    }

    /// <summary>Comes back when this host is done with: by the caller's hand, or another's.</summary>
    public void Finish(VirtualHost host)
    {
        if (TryTake(host)) return;
        for (var spin = default(SpinWait); host.Turn != Turn.None;) spin.SpinOnce();
    }

    /// <summary>Helps until all are done with.</summary>
    /// <exception cref="AggregateException">What happened to a host could not be simulated.</exception>
    public void FinishAll()
    {
        // The others begin at the front.
        for (var i = hosts.Count - 1; i >= 0; i--) TryTake(hosts[i]);
        foreach (var host in hosts) Finish(host);
        if (failure is { } reason) throw new AggregateException(reason);
    }

    public void Dispose()
    {
        isOver = true;
        work.Release(threads.Length + 1);
        foreach (var thread in threads) thread.Join();
        work.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            work.Wait();
            if (isOver) return;
            while (Interlocked.Increment(ref next) - 1 is var at && at < hosts.Count) TryTake(hosts[at]);
        }
    }

    private bool TryTake(VirtualHost host)
    {
        if (host.Turn != Turn.Waits || !host.TryTakeTurn()) return false;
        try
        {
            job(host);
        }
        catch (Exception reason)
        {
            Interlocked.CompareExchange(ref failure, reason, null);
        }
        finally
        {
            host.Turn = Turn.None;
        }

        return true;
    }
}

/// <summary>Where a host stands with the <see cref="Crew"/>.</summary>
internal enum Turn
{
    None, Waits, Taken,
}
