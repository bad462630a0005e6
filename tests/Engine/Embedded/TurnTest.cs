namespace Rwho.Tests.Engine;

/// <summary>Turns on the thread of whoever tells.</summary>
public sealed class TurnTest : IAsyncLifetime
{
    private readonly PoolStage _stage = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact]
    public async Task An_actor_with_nothing_to_do_has_handled_it_on_this_thread_when_the_tell_returns()
    {
        var threads = new List<int>();
        var idle = await Idle(threads);
        for (var i = 1; i <= 3; i++)
        {
            Turn.TellHere(idle, "note");
            Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, i), threads);
        }
    }

    [Fact]
    public async Task A_timer_gives_its_actor_the_turn_itself()
    {
        var threads = new List<int>();
        var idle = await Idle(threads);
        Turn.TellHere(idle, "wake");
        _stage.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public async Task An_actor_at_work_is_not_waited_for_and_handles_it_afterwards()
    {
        var threads = new List<int>();
        var busy = await Idle(threads);
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        busy.Tell((Action)(() =>
        {
            begun.Set();
            end.Wait();
        }));
        begun.Wait();
        Turn.TellHere(busy, "note");
        Turn.TellHere(busy, (Action)done.SetResult);
        Assert.Empty(threads);
        end.Set();
        await done.Task.WaitAsync(Stage.Patience);
        Assert.NotEqual(0, Assert.Single(threads));
    }

    [Fact]
    public async Task One_that_tells_itself_goes_on_first()
    {
        var said = new List<string>();
        var actor = await Idle([]);
        Turn.TellHere(actor, (Action)(() =>
        {
            Turn.TellHere(actor, (Action)(() => said.Add("second")));
            said.Add("first");
        }));
        Assert.Equal(["first", "second"], said);
    }

    [Fact]
    public async Task What_fails_is_its_supervisors_business()
    {
        var threads = new List<int>();
        var actor = await Idle(threads);
        Turn.TellHere(actor, (Action)(() => throw new PlannedException("x")));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell((Action)done.SetResult);
        await done.Task.WaitAsync(Stage.Patience);
    }

    [Fact]
    public void One_thread_with_a_seed_gives_the_turns_itself()
    {
        var dispatcher = new DeterministicDispatcher(seed: 1);
        using var system = ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher });
        var threads = new List<int>();
        var actor = system.ActorOf(Spawn.Of(() => new Noter(threads)), "noter");
        dispatcher.RunUntilIdle();
        Turn.TellHere(actor, "note");
        Assert.Empty(threads);
        dispatcher.RunUntilIdle();
        Assert.Single(threads);
    }

    private async Task<IActorRef> Idle(List<int> threads)
    {
        var actor = _stage.System.ActorOf(Spawn.Of(() => new Noter(threads)), "noter");
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell((Action)(() => started.SetResult(Environment.CurrentManagedThreadId)));
        await started.Task.WaitAsync(Stage.Patience);

        // Its turn may not be quite over.
        var own = Environment.CurrentManagedThreadId;
        var seen = 0;
        while (seen != own)
        {
            await Task.Yield();
            own = Environment.CurrentManagedThreadId;
            Turn.TellHere(actor, (Action)(() => Volatile.Write(ref seen, Environment.CurrentManagedThreadId)));
        }

        return actor;
    }

    /// <summary>Notes on which threads it was told to.</summary>
    private sealed class Noter : ReceiveActor, IWithTimers
    {
        public Noter(List<int> threads)
        {
            Receive<Action>(work => work());
            Receive<string>(text =>
            {
                if (text == "wake") Timers.StartSingleTimer("note", "note", TimeSpan.FromSeconds(1));
                else threads.Add(Environment.CurrentManagedThreadId);
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
