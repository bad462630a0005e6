namespace Rwho.Tests.Engine;

/// <summary>A failure on purpose.</summary>
public sealed class PlannedException(string message) : Exception(message);

/// <summary>An actor under test: reports its hooks to a probe as "name hook", and does what it is told.</summary>
public class Subject : ReceiveActor, IWithTimers
{
    private readonly Plan _plan;
    private readonly string _name = Context.Self.Path.Name;
    private int _count;

    public Subject(IActorRef log, Plan plan)
    {
        Log = log;
        _plan = plan;
        Say("made");
        Receive<Do>(what => what.Action(this));
        Receive<Fail>(fail => throw new PlannedException(fail.Why));
        Receive<Count>(_ => Sender.Tell(++_count));
        Receive<Switch>(_ => Become(Other));
        Receive<string>(text => Say(text));
        plan.InConstructor?.Invoke(this);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IActorRef Log { get; }

    public IActorContext Inner { get; } = Context;

    public IActorRef Me => Self;

    public static Props Of(Probe log, Plan? plan = null) => Spawn.Of(() => new Subject(log.Ref, plan ?? new Plan()));

    public void Say(string what) => Log.Tell($"{_name} {what}");

    protected override void PreStart()
    {
        Say("PreStart");
        _plan.InPreStart?.Invoke(this);
    }

    protected override void PostStop()
    {
        Say("PostStop");
        _plan.InPostStop?.Invoke(this);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Say($"PreRestart {reason.Message} {message?.GetType().Name ?? "null"}");
        _plan.InPreRestart?.Invoke(this);
        if (!_plan.KeepsChildren)
            base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        Say($"PostRestart {reason.Message}");
        _plan.InPostRestart?.Invoke(this);
        base.PostRestart(reason);
    }

    protected override SupervisorStrategy SupervisorStrategy() => _plan.Strategy ?? base.SupervisorStrategy();

    private void Other()
    {
        Receive<string>(text => Say($"other {text}"));
        Receive<Fail>(fail => throw new PlannedException(fail.Why));
    }

    public sealed record Do(Action<Subject> Action);

    public sealed record Fail(string Why);

    public sealed record Count;

    public sealed record Switch;

    /// <summary>What to do at which point of life, and about children.</summary>
    public sealed record Plan
    {
        public Action<Subject>? InConstructor { get; init; }

        public Action<Subject>? InPreStart { get; init; }

        public Action<Subject>? InPostStop { get; init; }

        public Action<Subject>? InPreRestart { get; init; }

        public Action<Subject>? InPostRestart { get; init; }

        public bool KeepsChildren { get; init; }

        public SupervisorStrategy? Strategy { get; init; }
    }
}
