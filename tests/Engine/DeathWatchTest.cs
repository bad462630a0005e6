using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class DeathWatchTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    [Fact]
    public async Task A_watcher_is_told_once_when_the_actor_has_stopped()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        log.Do(context => context.Watch(actor));
        log.Do(context => context.Watch(actor));
        log.Do(_ => actor.Tell(PoisonPill.Instance));
        await log.Expect("a PostStop");
        var terminated = await log.Next<Terminated>();
        Assert.Equal((actor, true), (terminated.ActorRef, terminated.ExistenceConfirmed));
        Assert.False(terminated.AddressTerminated);
        log.Ref.Tell("nothing else");
        await log.Expect("nothing else");
    }

    [Fact]
    public async Task Watching_an_actor_that_is_dead_already_answers_at_once()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        log.Do(context => context.Watch(actor));
        actor.Tell(PoisonPill.Instance);
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        log.Do(context => context.Watch(actor));
        var terminated = await log.Next<Terminated>();
        Assert.Equal((actor, false), (terminated.ActorRef, terminated.ExistenceConfirmed));
    }

    [Fact]
    public async Task A_restart_is_no_end()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        log.Do(context => context.Watch(actor));
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PreStart");
        actor.Tell(PoisonPill.Instance);
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
    }

    [Fact]
    public async Task Unwatch_drops_an_end_that_waits_in_the_mailbox()
    {
        var log = Stage.NewProbe();
        var watcher = await Start(log, "w");
        for (var i = 0; i < 50; i++)
        {
            var actor = await Start(log, $"a{i}");
            watcher.Tell(new Do(subject =>
            {
                // Both wait already when the end can be told at the earliest, so that the end is behind them.
                subject.Inner.Watch(actor);
                subject.Inner.Self.Tell(new Do(_ => subject.Inner.Unwatch(actor)));
                subject.Inner.Self.Tell("alive");
                actor.Tell(PoisonPill.Instance);
            }));
            await log.ExpectInAnyOrder($"a{i} PostStop", "w alive");
        }
    }

    [Fact]
    public async Task Unwatch_before_the_end_keeps_quiet()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        log.Do(context => context.Watch(actor));
        log.Do(context => context.Unwatch(actor));
        log.Do(context => context.Stop(actor));
        await log.Expect("a PostStop");
        log.Do(context => context.Watch(actor));
        await log.Next<Terminated>();
        log.Ref.Tell("nothing else");
        await log.Expect("nothing else");
    }

    [Fact]
    public async Task An_end_that_nobody_handles_stops_the_watcher()
    {
        var log = Stage.NewProbe();
        var watcher = await Start(log, "w");
        var actor = await Start(log, "a");
        watcher.Tell(new Do(subject => subject.Inner.Watch(actor)));
        watcher.Tell(new Do(_ => actor.Tell(PoisonPill.Instance)));
        await log.Expect("a PostStop", "w PostStop");
        var complaint = Assert.Single((await Stage.ReadJournal()).Complaints);
        var failure = Stage.Failure("akka://test/user/w", Directive.Stop, "Monitored actor");
        Assert.StartsWith(failure, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_childs_name_is_free_when_its_parent_hears_of_its_end()
    {
        var log = Stage.NewProbe();
        var parent = System.ActorOf(Spawn.Of(() => new Keeper(log.Ref)), "p");
        for (var i = 1; i <= 100; i++)
        {
            await log.Expect($"child {i}");
            parent.Tell("stop it");
        }
    }

    [Fact]
    public async Task A_name_is_taken_until_its_actor_has_stopped()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "p");
        await StartChild(parent, log, "c");
        parent.Tell(new Do(subject =>
        {
            var child = subject.Inner.Child("c");
            Assert.Throws<InvalidActorNameException>(() => subject.Inner.ActorOf(Subject.Of(log), "c"));
            subject.Inner.Stop(child);
            Assert.Throws<InvalidActorNameException>(() => subject.Inner.ActorOf(Subject.Of(log), "c"));
            Assert.Equal(child, Assert.Single(subject.Inner.GetChildren()));
            Assert.Equal(ActorRefs.Nobody, subject.Inner.Child("nobody"));
            Assert.True(subject.Inner.Child("nobody").IsNobody());
            subject.Say("checked");
        }));
        await log.ExpectInAnyOrder("p checked", "c PostStop");
    }

    [Theory]
    [InlineData("")]
    [InlineData("$made-up")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void A_malformed_name_is_refused(string name)
    {
        var props = Spawn.Of(() => new Keeper(ActorRefs.Nobody));
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(props, name));
    }

    [Fact]
    public async Task A_path_tells_system_and_ancestors()
    {
        var log = Stage.NewProbe();
        var parent = await Start(log, "rwho");
        var child = await StartChild(parent, log, "udp-10.1.2.3:513");
        Assert.Equal("akka://test/user/rwho/udp-10.1.2.3:513", child.Path.ToString());
        Assert.Equal("udp-10.1.2.3:513", child.Path.Name);
        Assert.Equal("rwho", child.Path.Parent.Name);
    }

    private sealed class Keeper : ReceiveActor
    {
        private readonly IActorRef _log;
        private int _made;

        public Keeper(IActorRef log)
        {
            _log = log;
            Receive<string>(_ => Context.Stop(Context.Child("one")));
            Receive<Terminated>(_ => Make());
        }

        protected override void PreStart() => Make();

        private void Make()
        {
            Context.Watch(Context.ActorOf(Spawn.Of(() => new Subject(ActorRefs.Nobody, new Plan())), "one"));
            _log.Tell($"child {++_made}");
        }
    }
}

public sealed class DeathWatchOnThePool : DeathWatchTest<PoolStage>;

public sealed class DeathWatchOnOneThread : DeathWatchTest<OneThreadStage>;
