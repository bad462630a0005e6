using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>
/// Nodes on networks in memory, on one thread, in virtual time: nothing happens but in <see cref="Advance"/>.
/// </summary>
internal sealed class Scene : IDisposable
{
    /// <summary>2026-11-21 06:00:00 UTC.</summary>
    public const long Start = 1795240800;

    private readonly Turns turns;
    private readonly List<ActorSystem> systems = [];

    public Scene(int seed = 1)
    {
        turns = new Turns(seed, DateTimeOffset.FromUnixTimeSeconds(Start));
        Lan = new MemoryLan(Time);
    }

    public TimeProvider Time => turns.Time;

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public MemoryLan Lan { get; }

    public List<string> Log { get; } = [];

    /// <summary>A node with everything set up, not yet started.</summary>
    public TestNode Node(string name, string address) => new(this, name, address);

    public void Advance(double seconds) => turns.Advance(TimeSpan.FromSeconds(seconds));

    public void Settle() => turns.Settle();

    public ActorSystem CreateSystem(RecordingLogger logger)
    {
        var system = turns.CreateSystem(logger);
        systems.Add(system);
        return system;
    }

    public void Dispose()
    {
        foreach (var system in systems) system.Terminate();
        Settle();
    }

    public static HostName Name(string text) =>
        HostName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
