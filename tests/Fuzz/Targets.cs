using Rwho.Tests.Fuzz.Readers;

namespace Rwho.Tests.Fuzz;

/// <summary>All targets, by name. Each thread has its own: they keep room to write into.</summary>
internal static class Targets
{
    private static readonly Dictionary<string, Func<Target>> All = new Func<Target>[]
    {
        () => new DatagramTarget(), () => new NeighbourTarget(), () => new FederationTarget(), () => new SpoolTarget(),
        () => new TextTarget(), () => new RequestTarget(), () => new BoardTarget(), () => new PcapTarget(),
        () => new ConfigurationTarget(), () => new UtmpTarget(), () => new LogindTarget(),
        () => new EnvironmentTarget(), () => new ProcTarget(),
    }.ToDictionary(make => make().Name);

    public static IEnumerable<string> Names => All.Keys;

    public static Target New(string name) => All[name]();
}
