using System.Collections.Immutable;
using Akka.Configuration;

namespace Rwho.Engine.Federation;

/// <summary>
/// What a gateway's system sets beyond <see cref="EngineConfiguration"/>. Tests hold each of these against what the
/// built version does.
/// </summary>
/// <remarks>
/// A status board has nothing to protect: when the network parts, both sides go on, so nobody is taken out of the
/// cluster by a strategy. Statuses do not go by gossip, so that it may be slow: what costs an idle gateway most is the
/// scheduler's tick, then gossip and heartbeats. A connection that is silent is given up soon, and made anew: when the
/// way is back after a while, the old one would wait up to a minute for its next attempt.
/// </remarks>
public static class ClusterConfiguration
{
    /// <summary>
    /// Akka.NET's serializers that gateways have no use for. What they read, strangers could say: Kill, which ends even
    /// an actor that is protected from harmful messages, system messages, actors to be made here.
    /// </summary>
    public static readonly ImmutableArray<string> Refused =
    [
        "akka-misc", "akka-system-msg", "daemon-create", "primitive", "proto", "reliable-delivery", "bytes",
    ];

    public static readonly string Text = $$"""
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          scheduler.tick-duration = 100ms
          actor {
            provider = cluster
            serializers {
              frame = "{{NameOf<ClusterFrameSerializer>()}}"
              {{string.Join("\n      ", Refused.Select(name => $"{name} = \"{NameOf<RefusingSerializer>()}\""))}}
            }
            serialization-bindings {
              "{{NameOf<ClusterFrame>()}}" = frame
              "{{NameOf<ClusterKnock>()}}" = frame
            }
            serialization-identifiers {
              "{{NameOf<ClusterFrameSerializer>()}}" = {{ClusterFrameSerializer.Number}}
            }
          }
          remote {
            untrusted-mode = on
            trusted-selection-paths = [
              "{{ClusterGateway.SelectionPath}}",
              "/system/cluster/core/daemon",
              "/system/cluster/heartbeatReceiver",
            ]
            retry-gate-closed-for = 1s
            log-remote-lifecycle-events = off
            transport-failure-detector {
              heartbeat-interval = 2s
              acceptable-heartbeat-pause = 10s
            }
            dot-netty.tcp {
              connection-timeout = 3s
              maximum-frame-size = 64000b
            }
          }
          coordinated-shutdown {
            run-by-actor-system-terminate = off
            phases.before-service-unbind.recover = off
          }
          cluster {
            downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
            log-info = off
            gossip-interval = 2s
            leader-actions-interval = 1s
            unreachable-nodes-reaper-interval = 1s
            allow-weakly-up-members = 2s
            seed-node-timeout = 3s
            retry-unsuccessful-join-after = 3s
            run-coordinated-shutdown-when-down = off
            failure-detector {
              heartbeat-interval = 2s
              acceptable-heartbeat-pause = 6s
              expected-response-after = 3s
            }
          }
        }
        """;

    /// <summary>The whole of it for one gateway.</summary>
    public static Config For(ClusterSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var host = Quoted(settings.Host);
        return settings.Overrides.SafeWithFallback(ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              hostname = {{host}}
              public-hostname = {{host}}
              port = {{settings.Port}}
            }
            """)).WithFallback(settings.Certificate is null ? Config.Empty : ClusterCertificate.Configuration)
            .WithFallback(ConfigurationFactory.ParseString(Text));
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "", StringComparison.Ordinal)}\"";

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
