using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

/// <summary>Where this engine knowingly does better than Akka.NET, whose behaviour each test tells. No actor of ours
/// may count on them.</summary>
public abstract class DifferencesTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    // Akka.NET calls PreRestart on the old instance, without a context, at each attempt.
    [Fact]
    public async Task A_restart_that_failed_is_tried_again_without_another_PreRestart()
    {
        var log = Stage.NewProbe();
        var attempts = 0;
        var strategy = new OneForOneStrategy(_ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var plan = new Plan
        {
            InConstructor = _ =>
            {
                if (++attempts is 2 or 3)
                    throw new PlannedException("not yet");
            },
        };
        var child = await StartChild(parent, log, "c", plan);
        child.Tell(new Fail("x"));
        child.Tell("kept");
        await log.Expect("c PreRestart x Fail", "c PostStop", "c made", "c made", "c made");
        Assert.StartsWith("c PostRestart", await log.Next<string>(), StringComparison.Ordinal);
        await log.Expect("c PreStart", "c kept");
    }

    // Akka.NET leaves them running: each tick becomes a dead letter.
    [Fact]
    public async Task A_failed_start_leaves_no_timers()
    {
        var log = Stage.NewProbe();
        var actor = System.ActorOf(
            Subject.Of(log, new Plan
            {
                InPreStart = subject =>
                {
                    subject.Timers.StartPeriodicTimer("k", "tick", s_second);
                    throw new PlannedException("x");
                },
            }),
            "a");
        log.Do(context => context.Watch(actor));
        await log.Expect("a made", "a PreStart");
        await log.Next<Terminated>();
        Stage.Advance(s_second * 3);
        Assert.Empty((await Stage.ReadJournal()).DeadLetters);
    }

    // Akka.NET turns a tick that waits in the mailbox into a dead letter, and starts timers even after the end.
    [Fact]
    public async Task Timers_end_when_the_actor_stops_and_leave_no_dead_letters()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPreStart = subject => subject.Timers.StartPeriodicTimer("k", "tick", s_second),
            InPostStop = subject => subject.Timers.StartPeriodicTimer("too late", "tick", s_second),
        });
        actor.Tell(PoisonPill.Instance);
        log.Do(context => context.Watch(actor));
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        Stage.Advance(s_second * 3);
        Assert.Empty((await Stage.ReadJournal()).DeadLetters);
    }

    // Akka.NET calls PostStop of the old instance twice.
    [Fact]
    public async Task An_actor_stopped_while_its_children_hold_up_its_restart_had_its_PostStop()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        var plan = new Plan { InPostStop = subject => subject.Inner.Stop(subject.Inner.Parent) };
        await StartChild(parent, log, "c", plan);
        log.Do(context => context.Watch(parent));
        parent.Tell(new Fail("x"));
        await log.Expect("p PreRestart x Fail");
        await log.ExpectInAnyOrder("p PostStop", "c PostStop");
        Assert.Equal(parent, (await log.Next<Terminated>()).ActorRef);
    }

    // Akka.NET refuses it only outside of actors.
    [Fact]
    public async Task An_actor_that_another_makes_by_hand_is_refused()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            Assert.Throws<ActorInitializationException>(() => new Subject(log.Ref, new Plan()));
            subject.Say("refused");
        }));
        await log.Expect("a refused");
    }

    // Akka.NET takes it from the instance first: Self is the system's dead letters.
    [Fact]
    public async Task The_PostStop_after_a_PostRestart_that_failed_knows_who_it_is()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPostRestart = _ => throw new PlannedException("y"),
            InPostStop = subject => subject.Say(subject.Me.Path.Name),
        });
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a PostStop", "a a", "a made", "a PostRestart x", "a PostStop", "a a");
    }
}

public sealed class DifferencesOnThePool : DifferencesTest<PoolStage>;

public sealed class DifferencesOnOneThread : DifferencesTest<OneThreadStage>;
