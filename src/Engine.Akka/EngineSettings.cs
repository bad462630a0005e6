using Akka.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rwho.Engine;

/// <summary>What an actor system runs on.</summary>
public sealed class EngineSettings
{
    /// <summary>Failures and Akka.NET's own lines, from its level INFO on.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What happens to a top-level actor that fails. An escalation ends the system.</summary>
    public SupervisorStrategy GuardianStrategy { get; init; } = SupervisorStrategy.DefaultStrategy;

    /// <summary>Akka.NET's settings that count more than those of <see cref="EngineConfiguration"/>.</summary>
    public Config Overrides { get; init; } = Config.Empty;
}
