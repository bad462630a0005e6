using System.Globalization;
using Rwho.Bench.Engines;

// Prints a line for each repetition: messages a second told to one actor, and of ping-pong. What is not yet compiled
// well is behind the repetitions that are not printed.
const int Warming = 3;
var repetitions = int.Parse(args[0], CultureInfo.InvariantCulture);
var system = ActorSystem.Create("bench", new EngineSettings());
for (var i = -Warming; i < repetitions; i++)
{
    var told = await Throughput.ManyToOne(system, senders: 4, messagesEach: 250_000);
    var played = await Throughput.PingPong(system, pairs: 4, roundsEach: 100_000);
    if (i >= 0)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{told:F0} {played:F0}"));
}

await system.Terminate();
