using System.Diagnostics;

namespace Rwho.Bench.Engines;

/// <summary>Messages a second, through what both engines have in common.</summary>
internal static class Throughput
{
    /// <summary>Actors that each tell one other actor so many messages, as fast as they can.</summary>
    public static async Task<double> ManyToOne(ActorSystem system, int senders, int messagesEach)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var messages = senders * messagesEach;
        var counter = system.ActorOf(Spawn.Of(() => new Counter(messages, done)));
        var actors = Enumerable.Range(0, senders)
            .Select(_ => system.ActorOf(Spawn.Of(() => new Teller(counter, messagesEach)))).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var actor in actors) actor.Tell(Begin.Instance);
        await done.Task;
        var seconds = watch.Elapsed.TotalSeconds;
        foreach (var actor in actors.Append(counter)) actor.Tell(PoisonPill.Instance);
        return messages / seconds;
    }

    /// <summary>Pairs of actors that each wait for the other's answer; a round is two messages.</summary>
    public static async Task<double> PingPong(ActorSystem system, int pairs, int roundsEach)
    {
        var games = Enumerable.Range(0, pairs).Select(_ =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var answerer = system.ActorOf(Spawn.Of(() => new Answerer()));
            var asker = system.ActorOf(Spawn.Of(() => new Asker(answerer, roundsEach, done)));
            return (answerer, asker, done);
        }).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var game in games) game.asker.Tell(Begin.Instance);
        await Task.WhenAll(games.Select(game => game.done.Task));
        var seconds = watch.Elapsed.TotalSeconds;
        foreach (var game in games)
        {
            game.asker.Tell(PoisonPill.Instance);
            game.answerer.Tell(PoisonPill.Instance);
        }

        return 2.0 * pairs * roundsEach / seconds;
    }

    private sealed record Begin
    {
        public static readonly Begin Instance = new();
    }

    private sealed record Ball
    {
        public static readonly Ball Instance = new();
    }

    private sealed class Counter : ReceiveActor
    {
        private int left;

        public Counter(int messages, TaskCompletionSource done)
        {
            left = messages;
            Receive<Ball>(_ =>
            {
                if (--left == 0) done.SetResult();
            });
        }
    }

    private sealed class Teller : ReceiveActor
    {
        public Teller(IActorRef to, int messages) => Receive<Begin>(_ =>
        {
            for (var i = 0; i < messages; i++) to.Tell(Ball.Instance);
        });
    }

    private sealed class Answerer : ReceiveActor
    {
        public Answerer() => Receive<Ball>(ball => Sender.Tell(ball));
    }

    private sealed class Asker : ReceiveActor
    {
        private int left;

        public Asker(IActorRef answerer, int rounds, TaskCompletionSource done)
        {
            left = rounds;
            Receive<Begin>(_ => answerer.Tell(Ball.Instance));
            Receive<Ball>(ball =>
            {
                if (--left == 0) done.SetResult();
                else answerer.Tell(ball);
            });
        }
    }
}
