using static Rwho.Tests.Engine.Subject;

namespace Rwho.Tests.Engine;

public abstract class TimersTest<TStage> : SemanticsTest<TStage>
    where TStage : Stage, new()
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_single_timer_fires_once_at_its_time()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPreStart = subject => subject.Timers.StartSingleTimer("k", "tick", s_second),
        });
        Assert.True(await IsActive(actor, log));
        Stage.Advance(s_second - TimeSpan.FromTicks(1));
        actor.Tell("early");
        await log.Expect("a early");
        Stage.Advance(TimeSpan.FromTicks(1));
        await log.Expect("a tick");
        Assert.False(await IsActive(actor, log));
        Stage.Advance(s_second * 10);
        actor.Tell("late");
        await log.Expect("a late");
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_cancelled()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPreStart = subject => subject.Timers.StartPeriodicTimer("k", "tick", s_second),
        });
        for (var i = 0; i < 3; i++)
        {
            Stage.Advance(s_second);
            await log.Expect("a tick");
        }

        actor.Tell(new Do(subject => subject.Timers.Cancel("k")));
        Assert.False(await IsActive(actor, log));
        Stage.Advance(s_second * 10);
        actor.Tell("quiet");
        await log.Expect("a quiet");
    }

    [Fact]
    public async Task A_periodic_timer_may_have_another_first_delay()
    {
        var log = Stage.NewProbe();
        await Start(log, "a", new Plan
        {
            InPreStart = subject => subject.Timers.StartPeriodicTimer("k", "tick", TimeSpan.Zero, s_second * 5),
        });
        Stage.Advance(TimeSpan.Zero);
        await log.Expect("a tick");
        Stage.Advance(s_second * 4);
        Stage.Advance(s_second);
        await log.Expect("a tick");
    }

    [Fact]
    public async Task A_new_timer_of_a_key_replaces_the_old_one()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            subject.Timers.StartSingleTimer("k", "first", s_second);
            subject.Timers.StartSingleTimer("k", "second", s_second * 2);
            subject.Say("started");
        }));
        await log.Expect("a started");
        Stage.Advance(s_second * 2);
        await log.Expect("a second");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_cancelled_or_replaced_timer_put_into_the_mailbox_is_dropped(bool replace)
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            subject.Timers.StartSingleTimer("k", "tick", s_second);

            // Fires while the actor is busy, so that the message waits in its mailbox.
            Stage.AdvanceAtWork(s_second);
            if (replace)
                subject.Timers.StartSingleTimer("k", "other", s_second);
            else
                subject.Timers.Cancel("k");
            subject.Say("changed");
        }));
        actor.Tell("after");
        await log.Expect("a changed", "a after");
        Stage.Advance(s_second);
        if (replace)
            await log.Expect("a other");
    }

    [Fact]
    public async Task Timers_end_with_their_instance_at_a_restart()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            subject.Timers.StartPeriodicTimer("k", "tick", s_second);
            Stage.AdvanceAtWork(s_second);
            throw new PlannedException("x");
        }));
        actor.Tell("after");
        await log.Expect("a PreRestart x Do", "a PostStop", "a made", "a PostRestart x", "a PreStart", "a after");
        Assert.False(await IsActive(actor, log));
        Stage.Advance(s_second * 3);
        actor.Tell("quiet");
        await log.Expect("a quiet");
    }

    [Fact]
    public async Task A_fresh_instance_can_wait_before_it_starts_to_work()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a", new Plan
        {
            InPostRestart = subject => subject.Timers.StartSingleTimer("back-off", "working", s_second),
        });
        actor.Tell(new Fail("x"));
        await log.Expect("a PreRestart x Fail", "a PostStop", "a made", "a PostRestart x", "a PreStart");
        Assert.True(await IsActive(actor, log));
        Stage.Advance(s_second);
        await log.Expect("a working");
    }

    [Fact]
    public async Task CancelAll_ends_every_timer()
    {
        var log = Stage.NewProbe();
        var actor = await Start(log, "a");
        actor.Tell(new Do(subject =>
        {
            subject.Timers.StartSingleTimer(1, "one", s_second);
            subject.Timers.StartPeriodicTimer(2, "two", s_second);
            subject.Timers.CancelAll();
            subject.Say("cancelled");
        }));
        await log.Expect("a cancelled");
        Stage.Advance(s_second * 3);
        actor.Tell("quiet");
        await log.Expect("a quiet");
    }

    private static async Task<bool> IsActive(IActorRef actor, Probe log)
    {
        actor.Tell(new Do(subject => subject.Log.Tell(subject.Timers.IsTimerActive("k")
            || subject.Timers.IsTimerActive("back-off"))));
        return await log.Next<bool>();
    }
}

public sealed class TimersOnThePool : TimersTest<PoolStage>;

public sealed class TimersOnOneThread : TimersTest<OneThreadStage>;
