using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class StartingTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    [Fact]
    public async Task A_constructor_that_throws_stops_the_actor_without_PostStop()
    {
        var log = Stage.NewProbe();
        var plan = new Plan { InConstructor = _ => throw new PlannedException("x") };
        var actor = System.ActorOf(Subject.Of(log, plan), "a");
        log.Do(context => context.Watch(actor));
        await log.Expect("a made");
        Assert.Equal(actor, (await log.Next<Terminated>()).ActorRef);
        Assert.Equal(
            Stage.Failure("akka://test/user/a", Directive.Stop, "x"),
            Assert.Single((await Stage.ReadJournal()).Complaints));
    }

    [Fact]
    public async Task A_PreStart_that_throws_stops_the_actor_and_its_children_without_its_PostStop()
    {
        var log = Stage.NewProbe();
        var plan = new Plan
        {
            InPreStart = subject =>
            {
                subject.Inner.ActorOf(Subject.Of(log), "c");
                throw new PlannedException("x");
            },
        };
        var actor = System.ActorOf(Subject.Of(log, plan), "a");
        log.Do(context => context.Watch(actor));
        await log.Expect("a made", "a PreStart", "c made", "c PreStart", "c PostStop");
        Assert.Equal(actor, (await log.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_start_that_failed_is_tried_again_when_the_supervisor_says_restart()
    {
        var log = Stage.NewProbe();
        var attempts = 0;
        var strategy = new OneForOneStrategy(_ => Directive.Restart);
        var parent = await Start(log, "p", new Plan { Strategy = strategy });
        var plan = new Plan
        {
            InPreStart = subject =>
            {
                subject.Inner.ActorOf(Subject.Of(log), "g");
                if (++attempts < 3)
                    throw new PlannedException("not yet");
            },
        };
        IActorRef? child = null;
        parent.Tell(new Do(subject =>
        {
            child = subject.Inner.ActorOf(Subject.Of(log, plan), "c");
            child.Tell("kept");
        }));
        for (var i = 0; i < 2; i++)
            await log.Expect("c made", "c PreStart", "g made", "g PreStart", "g PostStop");
        await log.ExpectInAnyOrder("c made", "c PreStart", "g made", "g PreStart", "c kept");
    }

    [Fact]
    public async Task A_PostRestart_that_throws_stops_the_actor_with_PostStop()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan { InPostRestart = _ => throw new PlannedException("y") });
        log.Do(context => context.Watch(actor));
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PostStop");
        Assert.Equal(actor, (await log.Next<Terminated>()).ActorRef);
        Assert.Equal(
            [
                Stage.Failure("akka://test/user/a", Directive.Restart, "x"),
                Stage.Failure("akka://test/user/a", Directive.Stop, "y"),
            ],
            (await Stage.ReadJournal()).Complaints);
    }

    [Fact]
    public async Task A_PreRestart_that_throws_is_logged_and_the_restart_goes_on()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan { InPreRestart = _ => throw new PlannedException("y") });
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a made", "a PostRestart x", "a PreStart");
        Assert.Equal(
            [
                Stage.Failure("akka://test/user/a", Directive.Restart, "x"),
                Stage.HookFailure("akka://test/user/a", "PreRestart", "y"),
            ],
            (await Stage.ReadJournal()).Complaints);
    }

    [Fact]
    public async Task A_PostStop_that_throws_is_logged_and_the_actor_ends()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan { InPostStop = _ => throw new PlannedException("y") });
        log.Do(context => context.Watch(actor));
        actor.Tell(PoisonPill.Instance);
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        Assert.Equal(
            Stage.HookFailure("akka://test/user/a", "PostStop", "y"),
            Assert.Single((await Stage.ReadJournal()).Complaints));
    }

    [Fact]
    public async Task Each_incarnation_gets_fresh_parts_from_the_factory()
    {
        var log = Stage.NewProbe();
        var made = 0;
        var actor = System.ActorOf(Spawn.Of(() => new Holder(log.Ref, new Part(++made))), "a");
        await log.Expect("part 1");
        actor.Tell("fail");
        await log.Expect("disposed 1", "part 2");
    }

    [Fact]
    public void An_actor_made_by_hand_is_refused() =>
        Assert.Throws<ActorInitializationException>(() => new Holder(ActorRefs.Nobody, new Part(0)));

    private sealed record Part(int Number);

    private sealed class Holder : ReceiveActor, IDisposable
    {
        private readonly IActorRef _log;
        private readonly Part _part;

        public Holder(IActorRef log, Part part)
        {
            (_log, _part) = (log, part);
            log.Tell($"part {part.Number}");
            Receive<string>(text => throw new PlannedException(text));
        }

        public void Dispose() => _log.Tell($"disposed {_part.Number}");
    }
}

public sealed class StartingOnThePool : StartingTest<PoolStage>;

public sealed class StartingOnOneThread : StartingTest<OneThreadStage>;
