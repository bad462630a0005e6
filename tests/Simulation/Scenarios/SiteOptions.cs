using Rwho.Actors;

namespace Rwho.Tests.Simulation.Scenarios;

/// <summary>How large a site is, and for how long it runs; everything else a seed decides.</summary>
/// <param name="Hours">Virtual ones.</param>
/// <param name="HasFaults">Whether anything goes wrong.</param>
internal sealed record SiteOptions(int Hosts, int Lans, double Hours, bool HasFaults = true)
{
    public Flaw Flaw { get; init; }
}
