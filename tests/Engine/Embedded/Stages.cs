namespace Rwho.Tests.Engine;

/// <summary>The embedded engine, with a clock that tests move.</summary>
public abstract class EmbeddedStage : Stage
{
    private readonly Dispatcher _dispatcher;

    protected EmbeddedStage(Dispatcher dispatcher, VirtualTime time)
    {
        _dispatcher = dispatcher;
        Time = time;
        System = NewSystem("test");
    }

    public override ActorSystem System { get; }

    protected VirtualTime Time { get; }

    public override ActorSystem NewSystem(string name, SupervisorStrategy? guardianStrategy = null) =>
        ActorSystem.Create(name, new EngineSettings
        {
            Dispatcher = _dispatcher,
            TimeProvider = Time,
            Logger = Journal,
            OnDeadLetter = letter => Journal.Add(new Letter(letter.Message, letter.Sender, letter.Recipient)),
            GuardianStrategy = guardianStrategy ?? SupervisorStrategy.DefaultStrategy,
        });

    public override void AdvanceAtWork(TimeSpan by) => Time.Advance(by);

    public override Task PassWindow(TimeSpan window)
    {
        Advance(window + TimeSpan.FromTicks(1));
        return Task.CompletedTask;
    }

    public override Task<Journal> ReadJournal() => Task.FromResult(Journal);

    public override string Failure(string path, Directive directive, string reason) =>
        $"{path} failed and {(directive == Directive.Stop ? "stops" : "starts again")}: {reason}";

    public override string HookFailure(string path, string hook, string reason) => $"{path} failed in {hook}";

    public override string SystemFailure(string system, string reason) =>
        $"{system} ends, a failure was escalated to the top: {reason}";
}

/// <summary>The thread pool.</summary>
public sealed class PoolStage() : EmbeddedStage(Dispatcher.ThreadPool, new VirtualTime())
{
    public override bool IsSynchronous => false;

    public override void Run()
    {
    }

    public override void Advance(TimeSpan by) => Time.Advance(by);
}

/// <summary>One thread, and a seed.</summary>
public sealed class OneThreadStage : EmbeddedStage
{
    private readonly DeterministicDispatcher _dispatcher;

    public OneThreadStage()
        : this(new DeterministicDispatcher(seed: 1) { TurnsPerRun = 10_000_000 })
    {
    }

    private OneThreadStage(DeterministicDispatcher dispatcher)
        : base(dispatcher, dispatcher.Clock) => _dispatcher = dispatcher;

    public override bool IsSynchronous => true;

    public override void Run() => _dispatcher.RunUntilIdle();

    public override void Advance(TimeSpan by) => _dispatcher.Advance(by);
}
