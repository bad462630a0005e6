using System.Collections.Immutable;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rwho.Engine.Federation;

/// <summary>Where a gateway is, and whom it joins.</summary>
/// <param name="Host">A name or address by which the others reach it; it listens there.</param>
/// <param name="Port">0 for one that the system chooses.</param>
public sealed record ClusterSettings(string Host, int Port)
{
    /// <summary>What every gateway of a federation calls its system: others are no members.</summary>
    public const string SystemName = "rwho";

    /// <summary>
    /// Gateways by which it joins, as <c>host:port</c>, the same list everywhere. The first of them begins a cluster of
    /// its own if none of the others answers; without any this one does.
    /// </summary>
    public ImmutableArray<string> Seeds { get; init; } = [];

    /// <summary>Null for no encryption.</summary>
    public ClusterCertificate? Certificate { get; init; }

    /// <summary>
    /// A gateway that cannot be reached for so long is given up by the others. Until then it is the same member when it
    /// comes back; afterwards it has to join anew, which it does by itself. The others do not wait so long while one
    /// that started again waits to be let in.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it may take to leave in order.</summary>
    public TimeSpan LeaveTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often it looks for seeds that are no members, and for whom to give up.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After so long without an answer it says which seeds it tried; after twice as long it ends.</summary>
    public TimeSpan PatienceWithSeeds { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether it says so: not each time that it tries again.</summary>
    public bool SaysIfAlone { get; init; } = true;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Akka.NET's settings that count more, for tests.</summary>
    internal Config Overrides { get; init; } = Config.Empty;
}
