using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class SupervisionTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    [Fact]
    public async Task A_failing_actor_is_restarted_with_fresh_state_behind_the_same_reference()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Count(), log.Ref);
        Assert.Equal(1, await log.Next<int>());
        actor.Tell(new Fail("x"));
        actor.Tell(new Count(), log.Ref);
        await log.Expect("a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PreStart");
        Assert.Equal(1, await log.Next<int>());
    }

    [Fact]
    public async Task Messages_that_wait_during_a_restart_are_kept_in_order_and_the_failing_one_is_dropped()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell("1");
        actor.Tell(new Fail("x"));
        actor.Tell("2");
        actor.Tell("3");
        await log.Expect(
            "a 1", "a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PreStart", "a 2", "a 3");
    }

    [Fact]
    public async Task A_failure_is_logged_once()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p", new Plan { Strategy = Always(Directive.Restart) });
        var child = await StartChild(parent, log, "c");
        child.Tell(new Fail("broken pipe"));
        child.Tell("alive");
        await log.Expect("c PreRestart broken pipe Fail", "c PostStop", "c made", "c PostRestart broken pipe");
        await log.Expect("c PreStart", "c alive");
        var complaint = Assert.Single((await Stage.ReadJournal()).Complaints);
        Assert.Equal(Stage.Failure("akka://test/user/p/c", Directive.Restart, "broken pipe"), complaint);
    }

    [Fact]
    public async Task Resume_keeps_the_state_and_drops_the_message()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p", new Plan { Strategy = Always(Directive.Resume) });
        var child = await StartChild(parent, log, "c");
        var grandchild = await StartChild(child, log, "g");
        child.Tell(new Count(), log.Ref);
        child.Tell(new Fail("x"));
        child.Tell(new Count(), log.Ref);
        Assert.Equal(1, await log.Next<int>());
        Assert.Equal(2, await log.Next<int>());
        grandchild.Tell("goes on");
        await log.Expect("g goes on");
    }

    [Fact]
    public async Task Stop_ends_the_child_and_what_waits_becomes_dead_letters()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p", new Plan { Strategy = Always(Directive.Stop) });
        var child = await StartChild(parent, log, "c");
        log.Do(context => context.Watch(child));
        log.Do(context => log.Ref.Tell("watching"));
        await log.Expect("watching");
        child.Tell(new Fail("x"));
        child.Tell("late");
        await log.Expect("c PostStop");
        Assert.Equal(child, (await log.Next<Terminated>()).ActorRef);
        Assert.Contains("late", (await Stage.ReadJournal()).DeadLetters);
    }

    [Fact]
    public async Task Escalate_fails_the_supervisor_in_the_childs_place()
    {
        var log = Stage.NewProbe();
        var top = await Start(log, "t", new Plan { Strategy = Always(Directive.Restart) });
        var middle = await StartChild(top, log, "m", new Plan { Strategy = Always(Directive.Escalate) });
        var child = await StartChild(middle, log, "c");
        child.Tell(new Fail("x"));
        await log.Expect("m PreRestart x Failed");
        await log.ExpectInAnyOrder("m PostStop", "c PostStop");
        await log.Expect("m made", "m PostRestart x", "m PreStart");
        Assert.Equal(
            Stage.Failure("akka://test/user/t/m", Directive.Restart, "x"),
            Assert.Single((await Stage.ReadJournal()).Complaints));
    }

    [Fact]
    public async Task Resume_after_an_escalation_resumes_the_child_that_failed()
    {
        var log = Stage.NewProbe();
        var top = await Start(log, "t", new Plan { Strategy = Always(Directive.Resume) });
        var middle = await StartChild(top, log, "m", new Plan { Strategy = Always(Directive.Escalate) });
        var child = await StartChild(middle, log, "c");
        var sibling = await StartChild(middle, log, "s");
        child.Tell(new Fail("x"));
        foreach (var actor in new[] { child, sibling, middle })
        {
            actor.Tell("goes on");
            await log.Expect($"{actor.Path.Name} goes on");
        }

        child.Tell(new Fail("again"));
        child.Tell("still");
        await log.Expect("c still");
    }

    [Fact]
    public async Task A_decider_that_throws_escalates_its_own_failure()
    {
        var log = Stage.NewProbe();
        var strategy = new OneForOneStrategy(_ => throw new PlannedException("decider"));
        var middle = await Start(log, "m", new Plan { Strategy = strategy });
        var child = await StartChild(middle, log, "c");
        child.Tell(new Fail("x"));
        await log.Expect("m PreRestart decider Failed");
        await log.ExpectInAnyOrder("m PostStop", "c PostStop");
        await log.Expect("m made", "m PostRestart decider");
    }

    [Fact]
    public async Task All_for_one_restarts_every_child()
    {
        var log = Stage.NewProbe();
        var strategy = new AllForOneStrategy(_ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var first = await StartChild(parent, log, "c");
        var second = await StartChild(parent, log, "d");
        first.Tell(new Fail("x"));
        await log.ExpectInAnyOrder(
            "c PreRestart x Fail", "c PostStop", "c made", "c PostRestart x", "c PreStart",
            "d PreRestart x null", "d PostStop", "d made", "d PostRestart x", "d PreStart");
        second.Tell("goes on");
        await log.Expect("d goes on");
    }

    [Fact]
    public async Task All_for_one_stops_every_child_when_the_retries_are_used_up()
    {
        var log = Stage.NewProbe();
        var strategy = new AllForOneStrategy(1, null, _ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var first = await StartChild(parent, log, "c");
        await StartChild(parent, log, "d");
        first.Tell(new Fail("x"));
        first.Tell(new Fail("y"));
        await log.ExpectInAnyOrder(
            "c PreRestart x Fail", "c PostStop", "c made", "c PostRestart x", "c PreStart",
            "d PreRestart x null", "d PostStop", "d made", "d PostRestart x", "d PreStart",
            "c PostStop", "d PostStop");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task More_restarts_than_allowed_stop_the_child(int retries)
    {
        var log = Stage.NewProbe();
        var strategy = new OneForOneStrategy(retries, null, _ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var child = await StartChild(parent, log, "c");
        for (var i = 0; i < retries; i++)
        {
            child.Tell(new Fail("x"));
            await log.Expect("c PreRestart x Fail", "c PostStop", "c made", "c PostRestart x", "c PreStart");
            Stage.Advance(TimeSpan.FromDays(1));
        }

        child.Tell(new Fail("x"));
        await log.Expect("c PostStop");
    }

    [Fact]
    public async Task Restarts_are_counted_within_the_window()
    {
        var log = Stage.NewProbe();
        var window = TimeSpan.FromSeconds(2);
        var strategy = new OneForOneStrategy(1, window, _ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var child = await StartChild(parent, log, "c");
        for (var i = 0; i < 3; i++)
        {
            child.Tell(new Fail("x"));
            await log.Expect("c PreRestart x Fail", "c PostStop", "c made", "c PostRestart x", "c PreStart");
            await Stage.PassWindow(window);
        }

        child.Tell(new Fail("x"));
        await log.Expect("c PreRestart x Fail", "c PostStop", "c made", "c PostRestart x", "c PreStart");
        child.Tell(new Fail("x"));
        await log.Expect("c PostStop");
    }

    [Fact]
    public async Task A_restart_goes_back_to_the_behaviour_of_the_constructor()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Switch());
        actor.Tell("1");
        await log.Expect("a other 1");
        actor.Tell(new Fail("x"));
        actor.Tell("2");
        await log.Expect("a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PreStart", "a 2");
    }

    [Fact]
    public async Task A_restart_stops_the_children_before_the_fresh_instance_is_made()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        await StartChild(parent, log, "c");
        parent.Tell(new Fail("x"));
        parent.Tell("after");
        await log.Expect("p PreRestart x Fail");
        await log.ExpectInAnyOrder("p PostStop", "c PostStop");
        await log.Expect("p made", "p PostRestart x", "p PreStart", "p after");
        parent.Tell(new Do(subject => subject.Say($"children {subject.Inner.GetChildren().Count()}")));
        await log.Expect("p children 0");
    }

    [Fact]
    public async Task Children_that_PreRestart_keeps_are_restarted_after_their_parent()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p", new Plan { KeepsChildren = true });
        var child = await StartChild(parent, log, "c");
        parent.Tell(new Fail("x"));
        await log.Expect("p PreRestart x Fail", "p made", "p PostRestart x", "p PreStart");
        await log.Expect("c PreRestart x null", "c PostStop", "c made", "c PostRestart x", "c PreStart");
        child.Tell("goes on");
        await log.Expect("c goes on");
    }

    [Fact]
    public async Task The_children_of_a_failed_actor_wait_for_the_decision_about_it()
    {
        var log = Stage.NewProbe();
        IActorRef? child = null;
        var strategy = new OneForOneStrategy(_ =>
        {
            child!.Tell("during");
            log.Ref.Tell("decided");
            return Directive.Resume;
        });
        var top = await Start(log, "t", new Plan { Strategy = strategy });
        var parent = await StartChild(top, log, "p");
        child = await StartChild(parent, log, "c");
        for (var i = 0; i < 100; i++)
        {
            parent.Tell(new Fail("x"));
            parent.Tell("after");
            await log.Expect("decided");
            await log.ExpectInAnyOrder("p after", "c during");
        }
    }

    private static OneForOneStrategy Always(Directive directive) => new(_ => directive);
}

public sealed class SupervisionOnThePool : SupervisionTest<PoolStage>;

public sealed class SupervisionOnOneThread : SupervisionTest<OneThreadStage>;
