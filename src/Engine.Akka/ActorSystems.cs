using Akka.Actor.Setup;

namespace Rwho.Engine;

/// <summary>Actor systems as the node starts them.</summary>
public static class ActorSystems
{
    extension(ActorSystem system)
    {
        /// <summary>Starts a system.</summary>
        /// <param name="name">Shown in paths; a valid actor name.</param>
        /// <param name="settings">The log, and what happens to a top-level actor that fails.</param>
        /// <param name="parts">Of Akka.NET's own, beside these.</param>
        public static ActorSystem Create(string name, EngineSettings settings, params Setup[] parts)
        {
            var configuration = BootstrapSetup.Create().WithConfig(EngineConfiguration.For(settings));
            var made = ActorSystem.Create(
                name, ActorSystemSetup.Create([configuration, new EngineSetup(settings), .. parts]));
            ((EngineLogger)made.Settings.StdoutLogger).Use(settings.Logger);
            return made;
        }

        /// <summary>The failure that was escalated to the top and ended the system; null if there was none.</summary>
        public Exception? TerminationCause => EngineSetup.Of(system)?.TerminationCause;
    }
}

/// <summary>Hands a system's settings to the parts of it that Akka.NET makes by the names of their types.</summary>
internal sealed class EngineSetup(EngineSettings settings) : Setup
{
    public EngineSettings Settings => settings;

    public Exception? TerminationCause { get; set; }

    public static EngineSetup? Of(ActorSystem system)
    {
        var setup = system.Settings.Setup.Get<EngineSetup>();
        return setup.HasValue ? setup.Value : null;
    }
}
