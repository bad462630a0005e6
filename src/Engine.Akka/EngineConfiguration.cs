using Akka.Configuration;

namespace Rwho.Engine;

/// <summary>
/// What is set otherwise than Akka.NET sets it. It ignores keys that it does not know, so tests hold each of these
/// against what the built version does.
/// </summary>
public static class EngineConfiguration
{
    /// <summary>Keys that older versions do not know, with the first version that does.</summary>
    public static readonly IReadOnlyDictionary<string, Version> Since = new Dictionary<string, Version>
    {
        ["akka.actor.serialization-settings.allow-unregistered-types"] = new(1, 5, 66),
    };

    /// <summary>
    /// The program decides about signals and its own end; the log is the node's; actors are local, so whatever wants to
    /// turn a message into bytes, or bytes into an object of a type that they name, is refused. Akka.NET's scheduler
    /// wakes the process at each tick, whether a timer is due or not: it ticks as seldom as the interval allows at
    /// which boards are published. A timer fires at the tick after its time.
    /// </summary>
    public static readonly string Text = $$"""
        akka {
          loggers = ["{{NameOf<EngineLogger>()}}"]
          loglevel = INFO
          stdout-logger-class = "{{NameOf<EngineLogger>()}}"
          stdout-loglevel = INFO
          log-dead-letters = off
          log-serializer-override-on-start = off
          scheduler.tick-duration = 50ms
          actor {
            guardian-supervisor-strategy = "{{NameOf<Guardian>()}}"
            serialization-settings.allow-unregistered-types = false
            serializers {
              json = "{{NameOf<RefusingSerializer>()}}"
            }
            serialization-bindings {
              "System.Object" = json
            }
            serialization-identifiers {
              "{{NameOf<RefusingSerializer>()}}" = {{RefusingSerializer.Number}}
            }
          }
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            exit-clr = off
          }
        }
        """;

    /// <summary>The whole configuration of a system with these settings, but for Akka.NET's own defaults.</summary>
    public static Config For(EngineSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Overrides.SafeWithFallback(ConfigurationFactory.ParseString(Text));
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
