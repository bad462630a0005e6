using System.Threading.Channels;
using Rwho.Engine;

namespace Rwho.Tests.Engine;

/// <summary>What a test of the engine's semantics runs on: the seam between one suite and several engines.</summary>
public abstract class Stage : IAsyncDisposable
{
    /// <summary>For what has to happen; so generous that only a hang exceeds it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _probes;

    protected Stage(Func<EngineSettings, EngineSettings> settings, Dispatcher dispatcher, VirtualTime time)
    {
        Dispatcher = dispatcher;
        Time = time;
        System = NewSystem("test", settings);
    }

    public ActorSystem System { get; }

    public VirtualTime Time { get; }

    public Journal Journal { get; } = new();

    protected Dispatcher Dispatcher { get; }

    /// <summary>A system beside the stage's own, on the same dispatcher, clock, log and list of dead letters.</summary>
    public ActorSystem NewSystem(string name, Func<EngineSettings, EngineSettings>? settings = null)
    {
        var plain = new EngineSettings
        {
            Dispatcher = Dispatcher,
            TimeProvider = Time,
            Logger = Journal,
            OnDeadLetter = Journal.Add,
        };
        return ActorSystem.Create(name, settings?.Invoke(plain) ?? plain);
    }

    public Probe NewProbe()
    {
        var received = Channel.CreateUnbounded<object>();
        var name = $"probe{Interlocked.Increment(ref _probes)}";
        return new Probe(this, System.ActorOf(Spawn.Of(() => new Probe.Recorder(received.Writer)), name), received);
    }

    /// <summary>Gives all actors their turns, where that does not happen by itself.</summary>
    public abstract void Run();

    /// <summary>Moves the clock.</summary>
    public abstract void Advance(TimeSpan by);

    /// <summary>The result of what the actors will complete.</summary>
    public async Task<T> Result<T>(Task<T> task)
    {
        Run();
        return await task.WaitAsync(Patience);
    }

    /// <summary>The completion of what the actors will complete.</summary>
    public async Task Done(Task task)
    {
        Run();
        await task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Done(System.Terminate());
    }
}

/// <summary>The thread pool, with a clock that tests move.</summary>
public class PoolStage(Func<EngineSettings, EngineSettings> settings)
    : Stage(settings, Dispatcher.ThreadPool, new VirtualTime())
{
    public PoolStage()
        : this(settings => settings)
    {
    }

    public override void Run()
    {
    }

    public override void Advance(TimeSpan by) => Time.Advance(by);
}

/// <summary>One thread and a seed.</summary>
public class SeededStage : Stage
{
    public SeededStage()
        : this(1)
    {
    }

    public SeededStage(int seed)
        : this(new DeterministicDispatcher(seed) { TurnsPerRun = 10_000_000 })
    {
    }

    private SeededStage(DeterministicDispatcher dispatcher)
        : base(settings => settings, dispatcher, dispatcher.Clock) => OneThread = dispatcher;

    public DeterministicDispatcher OneThread { get; }

    public override void Run() => OneThread.RunUntilIdle();

    public override void Advance(TimeSpan by) => OneThread.Advance(by);
}
