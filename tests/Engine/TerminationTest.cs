using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class TerminationTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    [Fact]
    public async Task Children_stop_before_their_parents()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        var child = await StartChild(parent, log, "c");
        await StartChild(child, log, "g");
        System.Stop(parent);
        await log.Expect("g PostStop", "c PostStop", "p PostStop");
    }

    [Fact]
    public async Task Terminate_stops_everything_children_first_and_completes()
    {
        var log = Stage.NewProbe();
        var other = Stage.NewSystem("other");
        var parent = other.ActorOf(Subject.Of(log), "p");
        await log.Expect("p made", "p PreStart");
        var child = await StartChild(parent, log, "c");
        await StartChild(child, log, "g");
        await Stage.Done(other.Terminate());
        await log.Expect("g PostStop", "c PostStop", "p PostStop");
        Assert.Null(other.TerminationCause);
        Assert.Throws<InvalidOperationException>(() => other.ActorOf(Subject.Of(log), "late"));
        parent.Tell("late");
        Assert.Contains("late", (await Stage.ReadJournal()).DeadLetters);
    }

    [Fact]
    public async Task A_parent_that_waits_for_its_children_handles_no_more_messages()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        var plan = new Plan { InPostStop = subject => subject.Inner.Parent.Tell("from below") };
        await StartChild(parent, log, "c", plan);
        parent.Tell(PoisonPill.Instance);
        await log.Expect("c PostStop", "p PostStop");
        log.Do(context => context.Watch(parent));
        await log.Next<Terminated>();
        Assert.Contains("from below", (await Stage.ReadJournal()).DeadLetters);
    }

    [Fact]
    public async Task A_failure_escalated_to_the_top_ends_the_system_and_tells_why()
    {
        var log = Stage.NewProbe();
        var other = Stage.NewSystem("other", new OneForOneStrategy(_ => Directive.Escalate));
        var bystander = other.ActorOf(Subject.Of(log), "b");
        await log.Expect("b made", "b PreStart");
        var actor = other.ActorOf(Subject.Of(log), "a");
        await log.Expect("a made", "a PreStart");
        actor.Tell(new Fail("cannot be healed"));
        await Stage.Done(other.WhenTerminated);
        Assert.Equal("cannot be healed", Assert.IsType<PlannedException>(other.TerminationCause).Message);
        await log.ExpectInAnyOrder("a PostStop", "b PostStop");
        var complaints = (await Stage.ReadJournal()).Complaints;
        Assert.Contains(Stage.SystemFailure("other", "cannot be healed"), complaints);
        Assert.Equal("user", bystander.Path.Parent.Name);
    }

    [Fact]
    public async Task Stopping_twice_stops_once()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        log.Do(context => context.Watch(actor));
        System.Stop(actor);
        System.Stop(actor);
        actor.Tell(PoisonPill.Instance);
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        log.Ref.Tell("nothing else");
        await log.Expect("nothing else");
    }

    [Fact]
    public async Task A_stopping_actor_can_make_no_children()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPostStop = subject => subject.Inner.ActorOf(Subject.Of(log), "c"),
        });
        actor.Tell(PoisonPill.Instance);
        log.Do(context => context.Watch(actor));
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        Assert.Equal(
            Stage.HookFailure("akka://test/user/a", "PostStop", "Cannot create child while terminating or terminated"),
            Assert.Single((await Stage.ReadJournal()).Complaints));
    }
}

public sealed class TerminationOnThePool : TerminationTest<PoolStage>;

public sealed class TerminationOnOneThread : TerminationTest<OneThreadStage>;
