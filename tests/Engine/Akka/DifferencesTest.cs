using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

/// <summary>
/// What Akka.NET does where the embedded engine knowingly does better: that one's tests of the same name tell what. No
/// actor of ours may count on either.
/// </summary>
public sealed class DifferencesTest : SemanticsTest<OneThreadStage>
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_restart_that_failed_calls_PreRestart_of_the_old_instance_at_each_attempt()
    {
        var log = Stage.NewProbe();
        var attempts = 0;
        var parent = await Start(log, "p", new Plan { Strategy = new OneForOneStrategy(_ => Directive.Restart) });
        var child = await StartChild(parent, log, "c", new Plan
        {
            InConstructor = _ =>
            {
                if (++attempts is 2)
                    throw new PlannedException("not yet");
            },
        });
        child.Tell(new Fail("x"));
        await log.Expect("c PreRestart x Fail", "c PostStop", "c made");
        Assert.StartsWith("c PreRestart", await log.Next<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_start_leaves_its_timers()
    {
        var log = Stage.NewProbe();
        System.ActorOf(
            Subject.Of(log, new Plan
            {
                InPreStart = subject =>
                {
                    subject.Timers.StartPeriodicTimer("k", "tick", s_second);
                    throw new PlannedException("x");
                },
            }),
            "a");
        await log.Expect("a made", "a PreStart");
        Stage.Advance(s_second * 3);
        Assert.Equal(3, (await Stage.ReadJournal()).DeadLetters.Count);
    }

    [Fact]
    public async Task A_timer_started_in_PostStop_goes_on_after_the_end()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPostStop = subject => subject.Timers.StartPeriodicTimer("too late", "tick", s_second),
        });
        actor.Tell(PoisonPill.Instance);
        await log.Expect("a PostStop");
        Stage.Advance(s_second * 3);
        Assert.Equal(3, (await Stage.ReadJournal()).DeadLetters.Count);
    }

    [Fact]
    public async Task An_actor_stopped_while_its_children_hold_up_its_restart_has_two_PostStops()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        var plan = new Plan { InPostStop = subject => subject.Inner.Stop(subject.Inner.Parent) };
        await StartChild(parent, log, "c", plan);
        parent.Tell(new Fail("x"));
        await log.Expect("p PreRestart x Fail");
        await log.ExpectInAnyOrder("p PostStop", "c PostStop", "p PostStop");
    }

    [Fact]
    public async Task An_actor_may_make_another_by_hand()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(_ => Assert.NotNull(new Subject(log.Ref, new Plan()))));
        await log.Expect("a made");
    }

    [Fact]
    public async Task The_PostStop_after_a_PostRestart_that_failed_does_not_know_who_it_is()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPostRestart = _ => throw new PlannedException("y"),
            InPostStop = subject => subject.Say(subject.Me.Path.Name),
        });
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a PostStop", "a a");
        await log.Expect("a made", "a PostRestart x", "a PostStop", "a deadLetters");
    }
}
