namespace Rwho.Tests.Engine;

public sealed class DeterminismTest
{
    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(Trace(seed), Trace(seed));
    }

    [Fact]
    public void Different_seeds_give_different_runs()
    {
        var runs = Enumerable.Range(0, 20).Select(Trace).Distinct().Count();
        Assert.InRange(runs, 19, 20);
    }

    [Fact]
    public void Systems_that_share_a_dispatcher_share_its_clock()
    {
        var dispatcher = new DeterministicDispatcher(1);
        var log = new List<string>();
        foreach (var name in new[] { "one", "two" })
        {
            var system = ActorSystem.Create(name, new EngineSettings { Dispatcher = dispatcher });
            Assert.Same(dispatcher.Clock, system.Time);
            system.ActorOf(Spawn.Of(() => new Clockwork(dispatcher.Time, log)), "clock");
        }

        dispatcher.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(4, log.Count);
        Assert.Equal(2, log.Count(line => line.StartsWith("akka://one/user/clock 1", StringComparison.Ordinal)
            || line.StartsWith("akka://one/user/clock 2", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_ask_is_answered_before_RunUntilIdle_returns()
    {
        var dispatcher = new DeterministicDispatcher(1);
        var system = ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher });
        var actor = system.ActorOf(Spawn.Of(() => new Echo()), "echo");
        var answer = actor.Ask<string>("hello");
        Assert.False(answer.IsCompleted);
        dispatcher.RunUntilIdle();
        Assert.True(answer.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_ask_times_out_on_the_virtual_clock()
    {
        var dispatcher = new DeterministicDispatcher(1);
        var system = ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher });
        var actor = system.ActorOf(Spawn.Of(() => new Echo()), "echo");
        var answer = actor.Ask<string>(1, TimeSpan.FromHours(1));
        dispatcher.Advance(TimeSpan.FromMinutes(59));
        Assert.False(answer.IsCompleted);
        dispatcher.Advance(TimeSpan.FromMinutes(1));
        Assert.True(answer.IsCompleted);
        await Assert.ThrowsAsync<AskTimeoutException>(() => answer);
    }

    [Fact]
    public void Actors_that_keep_each_other_busy_are_reported_with_the_seed()
    {
        var dispatcher = new DeterministicDispatcher(4711) { TurnsPerRun = 1000 };
        var system = ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher });
        var one = system.ActorOf(Spawn.Of(() => new Echo()), "one");
        var two = system.ActorOf(Spawn.Of(() => new Echo()), "two");
        one.Tell("ball", two);
        var failure = Assert.Throws<InvalidOperationException>(dispatcher.RunUntilIdle);
        Assert.Contains("4711", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_hook_on_deliveries_throws_reaches_the_test()
    {
        var dispatcher = new DeterministicDispatcher(1)
        {
            OnDelivery = (_, message, _) => Assert.NotEqual("bad", message),
        };
        var system = ActorSystem.Create("test", new EngineSettings { Dispatcher = dispatcher });
        var actor = system.ActorOf(Spawn.Of(() => new Echo()), "echo");
        actor.Tell("good");
        dispatcher.RunUntilIdle();
        actor.Tell("bad");
        Assert.ThrowsAny<Exception>(dispatcher.RunUntilIdle);
    }

    /// <summary>Every delivery of a small network with failures, restarts, timers and ends, as one text.</summary>
    private static string Trace(int seed)
    {
        var lines = new List<string>();
        var dispatcher = new DeterministicDispatcher(seed);
        dispatcher.OnDelivery = (to, message, from) =>
            lines.Add($"{dispatcher.Clock.GetTimestamp()} {to.Path} {message} {from.Path}");
        var nodes = new List<IActorRef>();
        for (var i = 0; i < 5; i++)
        {
            var system = ActorSystem.Create($"node{i}", new EngineSettings { Dispatcher = dispatcher });
            nodes.Add(system.ActorOf(Spawn.Of(() => new Gossip(nodes)), "gossip"));
        }

        nodes[0].Tell(6);
        dispatcher.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(lines.Count, dispatcher.Deliveries);
        return string.Join('\n', lines);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Sender.Tell(text));
    }

    private sealed class Clockwork : ReceiveActor, IWithTimers
    {
        public Clockwork(TimeProvider time, List<string> log) => Receive<string>(_ =>
            log.Add($"{Self.Path} {time.GetTimestamp() / TimeSpan.TicksPerSecond}"));

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Passes numbers on, one less each, fails at every seventh, and now and then has a short-lived child.
    /// </summary>
    private sealed class Gossip : ReceiveActor, IWithTimers
    {
        private int _heard;

        public Gossip(List<IActorRef> nodes)
        {
            Receive<int>(number =>
            {
                if (++_heard % 7 == 0)
                    throw new PlannedException("seventh");
                if (number == 0)
                    return;
                foreach (var node in nodes)
                    node.Tell(number - 1);
                if (Context.Child("child").IsNobody())
                    Context.Watch(Context.ActorOf(Spawn.Of(() => new Echo()), "child")).Tell(PoisonPill.Instance);
                Timers.StartSingleTimer(number % 3, 1, TimeSpan.FromMilliseconds(number));
            });
            Receive<Terminated>(_ => { });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
