using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class MessagingTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    [Fact]
    public async Task Messages_of_one_sender_arrive_in_order()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        for (var i = 0; i < 1000; i++)
            actor.Tell($"{i}");
        for (var i = 0; i < 1000; i++)
            await log.Expect($"a {i}");
    }

    [Fact]
    public async Task The_first_handler_declared_whose_type_fits_takes_the_message()
    {
        var log = Stage.NewProbe();
        var actor = System.ActorOf(Spawn.Of(() => new Sorter(log.Ref)), "a");
        actor.Tell(new Derived());
        actor.Tell(new Base());
        actor.Tell(new List<int> { 1 });
        actor.Tell(7);
        actor.Tell(8L);
        await log.Expect("base Derived", "base Base", "enumerable", "int 7", "unhandled 8");
    }

    [Fact]
    public async Task A_base_type_declared_later_does_not_shadow_a_derived_one()
    {
        var log = Stage.NewProbe();
        var actor = System.ActorOf(Spawn.Of(() => new Sorter(log.Ref, derivedFirst: true)), "a");
        actor.Tell(new Derived());
        actor.Tell(new Base());
        await log.Expect("derived", "base Base");
    }

    [Fact]
    public async Task Become_swaps_all_handlers_from_the_next_message_on()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell("1");
        actor.Tell(new Switch());
        actor.Tell("2");
        actor.Tell(new Count(), log.Ref);
        actor.Tell("3");
        await log.Expect("a 1", "a other 2", "a other 3");
    }

    [Fact]
    public async Task Become_in_the_constructor_is_the_first_behaviour()
    {
        var log = Stage.NewProbe();
        var actor = System.ActorOf(Spawn.Of(() => new Early(log.Ref)), "a");
        actor.Tell("x");
        await log.Expect("became x");
    }

    [Fact]
    public async Task Receive_outside_of_constructor_and_Become_throws()
    {
        var log = Stage.NewProbe();
        var actor = System.ActorOf(Spawn.Of(() => new Late(log.Ref)), "a");
        actor.Tell("x");
        await log.Expect("InvalidOperationException");
    }

    [Fact]
    public async Task Sender_is_who_told_and_Forward_keeps_it()
    {
        var log = Stage.NewProbe();
        var target = await Start(log, "t");
        var relay = await Start(log, "r");
        relay.Tell(new Do(subject => target.Forward(new Do(inner => inner.Inner.Sender.Tell("answer")))), log.Ref);
        await log.Expect("answer");
        relay.Tell(new Do(subject => target.Tell(new Do(inner => inner.Say(inner.Inner.Sender.Path.Name)))));
        await log.Expect("t r");
    }

    [Fact]
    public async Task An_answer_to_nobody_is_a_dead_letter()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Count());
        actor.Tell("done");
        await log.Expect("a done");
        var letter = Assert.Single((await Stage.ReadJournal()).DeadLettersInFull);
        Assert.Equal((1, actor), (letter.Message, letter.Sender));
    }

    [Fact]
    public async Task A_message_to_a_stopped_actor_is_a_dead_letter()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(PoisonPill.Instance);
        log.Do(context => context.Watch(actor));
        await log.Expect("a PostStop");
        await log.Next<Terminated>();
        actor.Tell("late", log.Ref);
        Assert.Equal(new Letter("late", log.Ref, actor), Assert.Single((await Stage.ReadJournal()).DeadLettersInFull));
    }

    [Fact]
    public async Task A_poison_pill_takes_its_turn()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("3");
        await log.Expect("a 1", "a 2", "a PostStop");
    }

    [Fact]
    public async Task Stop_comes_before_what_waits_in_the_mailbox()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            subject.Inner.Stop(subject.Inner.Self);
            subject.Inner.Self.Tell("late");
            subject.Say("stopping");
        }));
        await log.Expect("a stopping", "a PostStop");
    }

    [Fact]
    public async Task Kill_fails_the_actor_and_by_default_that_stops_it()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(Kill.Instance);
        await log.Expect("a PostStop");
    }

    [Fact]
    public async Task Ask_completes_with_the_answer()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        Assert.Equal(1, await Stage.Result(actor.Ask<int>(new Count())));
        Assert.Equal(2, await Stage.Result(actor.Ask<object>(new Count(), TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task Ask_fails_when_the_answer_has_another_type()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        await Assert.ThrowsAsync<ArgumentException>(() => Stage.Result(actor.Ask<string>(new Count())));
    }

    [Fact]
    public async Task Ask_times_out_and_a_late_answer_is_a_dead_letter()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        IActorRef? asker = null;
        var answer = actor.Ask<int>(new Do(subject =>
        {
            asker = subject.Inner.Sender;
            subject.Say("asked");
        }), TimeSpan.FromSeconds(1));
        await log.Expect("a asked");
        Stage.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<AskTimeoutException>(() => Stage.Result(answer));
        asker!.Tell(1);
        Assert.Contains(1, (await Stage.ReadJournal()).DeadLetters);
    }

    [Fact]
    public async Task Ask_can_be_cancelled()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        using var cancellation = new CancellationTokenSource();
        var answer = actor.Ask<int>("silence", cancellation.Token);
        await log.Expect("a silence");
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => Stage.Result(answer));
    }

    private class Base;

    private sealed class Derived : Base;

    private sealed class Sorter : ReceiveActor
    {
        private readonly IActorRef _log;

        public Sorter(IActorRef log, bool derivedFirst = false)
        {
            _log = log;
            if (derivedFirst)
                Receive<Derived>(_ => log.Tell("derived"));
            Receive<Base>(message => log.Tell($"base {message.GetType().Name}"));
            Receive<Derived>(_ => log.Tell("never"));
            Receive<IEnumerable<int>>(_ => log.Tell("enumerable"));
            Receive<int>(number => log.Tell($"int {number}"));
        }

        protected override void Unhandled(object message) => _log.Tell($"unhandled {message}");
    }

    private sealed class Early : ReceiveActor
    {
        public Early(IActorRef log)
        {
            Receive<string>(text => log.Tell($"constructor {text}"));
            Become(() => Receive<string>(text => log.Tell($"became {text}")));
            Receive<string>(text => log.Tell($"never {text}"));
        }
    }

    private sealed class Late : ReceiveActor
    {
        public Late(IActorRef log) => Receive<string>(_ =>
        {
            try
            {
                Receive<int>(_ => { });
            }
            catch (InvalidOperationException failure)
            {
                log.Tell(failure.GetType().Name);
            }
        });
    }
}

public sealed class MessagingOnThePool : MessagingTest<PoolStage>;

public sealed class MessagingOnOneThread : MessagingTest<OneThreadStage>;
