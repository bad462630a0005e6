namespace Rwho.Tests.Engine;

/// <summary>
/// Races, looked for with many tries on the thread pool. Each waits for a count, with a generous limit.
/// </summary>
public sealed class StressTest : IAsyncLifetime
{
    private readonly PoolStage _stage = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact]
    public async Task Several_producers_lose_nothing_and_each_keeps_its_order()
    {
        const int Producers = 8;
        const int Each = 250_000;
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var collector = _stage.System.ActorOf(Spawn.Of(() => new Collector(Producers, Each, done)), "collector");
        var producers = Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (i % 3 == 0)
                    Turn.TellHere(collector, new Numbered(producer, i));
                else
                    collector.Tell(new Numbered(producer, i));
            }
        }));
        await Task.WhenAll(producers);
        Assert.Equal("complete", await done.Task.WaitAsync(Stage.Patience));
    }

    [Fact]
    public async Task No_wake_up_is_lost_between_actors_that_wait_for_each_other()
    {
        const int Pairs = 16;
        const int Rounds = 60_000;
        var finished = Enumerable.Range(0, Pairs).Select(pair =>
        {
            var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            var one = _stage.System.ActorOf(Spawn.Of(() => new Player(Rounds, done)), $"one{pair}");
            var two = _stage.System.ActorOf(Spawn.Of(() => new Player(Rounds, done)), $"two{pair}");
            one.Tell(0, two);
            return done.Task;
        });
        await Task.WhenAll(finished).WaitAsync(Stage.Patience);
    }

    [Fact]
    public async Task A_message_that_comes_just_when_the_receiver_goes_idle_wakes_it()
    {
        const int Rounds = 100_000;
        var seen = -1;
        var props = Spawn.Of(() => new Listener(round => Volatile.Write(ref seen, round)));
        var receiver = _stage.System.ActorOf(props, "receiver");
        var sender = Task.Run(() =>
        {
            var deadline = Environment.TickCount64 + (long)Stage.Patience.TotalMilliseconds;
            for (var round = 0; round < Rounds; round++)
            {
                receiver.Tell(round, ActorRefs.NoSender);

                // Sees the handler's last write, so that the next message meets the end of its turn.
                for (var spins = 1; Volatile.Read(ref seen) != round; spins++)
                {
                    if (spins % 100_000 == 0 && Environment.TickCount64 > deadline)
                        return round;
                    if (spins % 1000 == 0)
                        Thread.Yield();
                }

                Thread.SpinWait(round & 31);
            }

            return Rounds;
        });
        Assert.Equal(Rounds, await sender.WaitAsync(Stage.Patience * 2));
    }

    [Fact]
    public async Task Every_watcher_hears_of_the_end_however_the_watch_races_it()
    {
        const int Rounds = 4000;
        const int Watchers = 4;
        var heard = new Countdown(Rounds * Watchers);
        var watchers = Enumerable.Range(0, Watchers)
            .Select(i => _stage.System.ActorOf(Spawn.Of(() => new Watcher(heard)), $"watcher{i}")).ToArray();
        for (var i = 0; i < Rounds; i++)
        {
            var mortal = _stage.System.ActorOf(Spawn.Of(() => new Mortal()), $"mortal{i}");
            watchers[0].Tell(mortal);
            watchers[1].Tell(mortal);
            mortal.Tell(i % 2 == 0 ? PoisonPill.Instance : "fail and stop");
            watchers[2].Tell(mortal);
            if (i % 2 == 0)
                _stage.System.Stop(mortal);
            watchers[3].Tell(mortal);
        }

        await heard.Task.WaitAsync(Stage.Patience);
    }

    [Fact]
    public async Task Restarts_under_load_lose_no_message_but_the_failing_ones()
    {
        const int Messages = 100_000;
        var handled = new Countdown(Messages);
        var parent = _stage.System.ActorOf(Spawn.Of(() => new Overseer(handled)), "overseer");
        var producers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Messages / 4; i++)
                parent.Tell(i);
        }));
        await Task.WhenAll(producers);
        await handled.Task.WaitAsync(Stage.Patience);
        Assert.Empty((await _stage.ReadJournal()).DeadLetters);
    }

    [Fact]
    public async Task A_child_that_is_replaced_again_and_again_is_always_replaced()
    {
        const int Rounds = 5000;
        var replaced = new Countdown(Rounds);
        _stage.System.ActorOf(Spawn.Of(() => new Replacer(replaced)), "replacer");
        await replaced.Task.WaitAsync(Stage.Patience);
    }

    [Fact]
    public async Task Systems_come_and_go_while_they_are_told_things()
    {
        for (var i = 0; i < 300; i++)
        {
            var system = _stage.NewSystem($"short{i}");
            var tree = system.ActorOf(Spawn.Of(() => new Tree(3)), "tree");
            var teller = Task.Run(() =>
            {
                for (var n = 0; n < 100; n++)
                    tree.Tell("grow");
            });
            await system.Terminate().WaitAsync(Stage.Patience);
            await teller;
        }
    }

    private sealed record Numbered(int Producer, int Number);

    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Task => _done.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _done.SetResult();
        }
    }

    private sealed class Collector : ReceiveActor
    {
        private readonly int[] _next;
        private int _left;

        public Collector(int producers, int each, TaskCompletionSource<string> done)
        {
            _next = new int[producers];
            _left = producers * each;
            Receive<Numbered>(message =>
            {
                if (_next[message.Producer]++ != message.Number)
                    done.TrySetResult($"producer {message.Producer} out of order at {message.Number}");
                if (--_left == 0)
                    done.TrySetResult("complete");
            });
        }
    }

    private sealed class Player : ReceiveActor
    {
        public Player(int rounds, TaskCompletionSource<string> done) => Receive<int>(round =>
        {
            if (round == rounds)
                done.TrySetResult("played");
            else
                Sender.Tell(round + 1);
        });
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(Action<int> hears) => Receive(hears);
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(Countdown heard)
        {
            Receive<IActorRef>(actor => Context.Watch(actor));
            Receive<Terminated>(_ => heard.Signal());
        }
    }

    private sealed class Mortal : ReceiveActor
    {
        public Mortal() => Receive<string>(_ => throw new ActorKilledException("on purpose"));
    }

    /// <summary>Hands numbers to a child that fails at every tenth.</summary>
    private sealed class Overseer : ReceiveActor
    {
        public Overseer(Countdown handled)
        {
            var child = Context.ActorOf(Spawn.Of(() => new Fragile(handled)), "fragile");
            Receive<int>(number => child.Tell(number));
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(-1, -1, _ => Directive.Restart, loggingEnabled: false);
    }

    private sealed class Fragile : ReceiveActor
    {
        public Fragile(Countdown handled) => Receive<int>(number =>
        {
            handled.Signal();
            if (number % 10 == 0)
                throw new PlannedException("tenth");
        });
    }

    private sealed class Replacer : ReceiveActor
    {
        public Replacer(Countdown replaced)
        {
            Receive<Terminated>(terminated =>
            {
                replaced.Signal();
                Replace();
            });
            Replace();
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(-1, -1, _ => Directive.Stop, loggingEnabled: false);

        private static void Replace()
        {
            var child = Context.Watch(Context.ActorOf(Spawn.Of(() => new Mortal()), "child"));
            child.Tell("fail and stop");
        }
    }

    private sealed class Tree : ReceiveActor
    {
        public Tree(int depth)
        {
            Receive<string>(text =>
            {
                foreach (var child in Context.GetChildren())
                    child.Tell(text);
                if (depth > 0 && Context.GetChildren().Count() < 3)
                    Context.ActorOf(Spawn.Of(() => new Tree(depth - 1)));
            });
        }
    }
}
