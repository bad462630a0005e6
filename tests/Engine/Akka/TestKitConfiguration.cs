using Akka.Configuration;

namespace Rwho.Tests.Engine;

/// <summary>Settings of Akka.NET under test, which count more than the node's own.</summary>
internal static class TestKitConfiguration
{
    private const string CallingThreadDispatcher =
        "type = \"Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit\", throughput = 2147483647";

    /// <summary>The test kit's scheduler, and an end that needs no time: it stands still.</summary>
    public static readonly Config VirtualTime = ConfigurationFactory.ParseString($$"""
        akka {
          scheduler.implementation = "{{typeof(SteppedScheduler).AssemblyQualifiedName}}"
          coordinated-shutdown {
            run-by-actor-system-terminate = off
            terminate-actor-system = off
          }
        }
        """);

    /// <summary>Besides: who tells an actor something runs it, on the same thread.</summary>
    public static readonly Config CallingThread = ConfigurationFactory.ParseString($$"""
        akka.actor {
          default-dispatcher { {{CallingThreadDispatcher}} }
          internal-dispatcher { {{CallingThreadDispatcher}} }
        }
        """).WithFallback(VirtualTime);
}
