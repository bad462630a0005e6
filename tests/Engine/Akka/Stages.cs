using Akka.Configuration;
using Akka.Event;

namespace Rwho.Tests.Engine;

/// <summary>Akka.NET, with its own test kit's scheduler as the clock that tests move.</summary>
public abstract class AkkaStage : Stage
{
    private readonly Config _configuration;

    protected AkkaStage(Config configuration)
    {
        _configuration = configuration;
        System = NewSystem("test");
    }

    public override ActorSystem System { get; }

    private SteppedScheduler Scheduler => (SteppedScheduler)System.Scheduler;

    public override ActorSystem NewSystem(string name, SupervisorStrategy? guardianStrategy = null)
    {
        var system = ActorSystem.Create(name, new EngineSettings
        {
            Logger = Journal,
            GuardianStrategy = guardianStrategy ?? SupervisorStrategy.DefaultStrategy,
            Overrides = _configuration,
        });
        system.EventStream.Subscribe(new LetterBox(system, Journal), typeof(DeadLetter));
        return system;
    }

    public override void Run()
    {
    }

    public override void Advance(TimeSpan by)
    {
        var left = by;
        while (Scheduler.UntilNext is { } next && next <= left)
        {
            Scheduler.Step(next);
            left -= next;
        }

        Scheduler.Step(left);
    }

    public override void AdvanceAtWork(TimeSpan by) => Advance(by);

    /// <summary>Akka.NET counts restarts by the machine's clock.</summary>
    public override Task PassWindow(TimeSpan window) => Eventually.Pass(window);

    public override Task<Journal> ReadJournal() => Task.FromResult(Journal);

    public override string Failure(string path, Directive directive, string reason) => $"{path} failed: {reason}";

    public override string HookFailure(string path, string hook, string reason) => $"{path}: {reason}";

    public override string SystemFailure(string system, string reason) =>
        $"akka://{system}/user failed: {reason}";

    private sealed class LetterBox(ActorSystem system, Journal journal) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", system.Name)) / "letters";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is DeadLetter letter)
                journal.Add(new Letter(letter.Message, letter.Sender, letter.Recipient));
        }
    }
}

/// <summary>The thread pool.</summary>
public sealed class PoolStage() : AkkaStage(TestKitConfiguration.VirtualTime)
{
    public override bool IsSynchronous => false;
}

/// <summary>The test kit's dispatcher that gives actors their turns on the thread that tells them something.</summary>
public sealed class OneThreadStage() : AkkaStage(TestKitConfiguration.CallingThread)
{
    public override bool IsSynchronous => true;
}
