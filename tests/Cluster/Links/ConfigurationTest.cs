using Akka.Configuration;
using Akka.Configuration.Hocon;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>Settings that Akka.NET does not know are ignored without a word: what is set has to show.</summary>
public sealed class ConfigurationTest : IAsyncLifetime
{
    private static readonly string[] s_openSections =
    [
        "akka.actor.serializers", "akka.actor.serialization-bindings", "akka.actor.serialization-identifiers",
    ];

    private readonly Gateways _gateways = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateways.DisposeAsync();

    [Fact]
    public async Task Every_key_is_one_that_this_version_knows()
    {
        using var plain = ActorSystem.Create("plain", ConfigurationFactory.ParseString("""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            }
            """));
        _ = Akka.Cluster.Cluster.Get(plain);
        Config known = plain.Settings.Config;
        await plain.Terminate();
        // What a phase may have is told in a comment there.
        string[] set =
        [
            .. Keys(ConfigurationFactory.ParseString(ClusterConfiguration.Text).Root.GetObject(), "")
                .Where(key => !key.StartsWith("akka.coordinated-shutdown.phases.", StringComparison.Ordinal)),
        ];
        Assert.Contains("akka.remote.untrusted-mode", set);
        Assert.DoesNotContain(set, key => !known.HasPath(key));
        HoconObject serializers = known.GetConfig("akka.actor.serializers").Root.GetObject();
        Assert.All(ClusterConfiguration.Refused, name => Assert.Contains(name, serializers.Items.Keys));
    }

    [Fact]
    public async Task What_is_set_is_what_a_gateway_has()
    {
        string place = Gateways.NewPlace();
        Gateway gateway = _gateways.Start(Gateways.At(place, place) with { Overrides = Config.Empty });
        await gateway.Sees();
        var system = (ExtendedActorSystem)gateway.Link.System!;
        Config all = system.Settings.Config;
        Assert.Equal("ClusterActorRefProvider", system.Provider.GetType().Name);
        Assert.Equal("NoDowning", Akka.Cluster.Cluster.Get(system).DowningProvider.GetType().Name);
        Assert.True(all.GetBoolean("akka.remote.untrusted-mode"));
        Assert.Equal(3, all.GetStringList("akka.remote.trusted-selection-paths").Count);
        Assert.Equal(TimeSpan.FromMilliseconds(100), all.GetTimeSpan("akka.scheduler.tick-duration"));
        Assert.Equal(TimeSpan.FromSeconds(2), Akka.Cluster.Cluster.Get(system).Settings.GossipInterval);
        Assert.Equal(
            TimeSpan.FromSeconds(10),
            all.GetTimeSpan("akka.remote.transport-failure-detector.acceptable-heartbeat-pause"));
        Assert.False(all.GetBoolean("akka.coordinated-shutdown.phases.before-service-unbind.recover", true));
        Assert.False(all.GetBoolean("akka.coordinated-shutdown.exit-clr", true));

        // Only what gateways send each other has a serializer: their frames and knocks, and the cluster's own messages.
        Assert.IsType<ClusterFrameSerializer>(system.Serialization.FindSerializerFor(new ClusterFrame(default)));
        Assert.IsType<ClusterFrameSerializer>(
            system.Serialization.FindSerializerFor(new ClusterKnock("a:1", 1, new Island(1, 1, "a:1"))));
        object[] others = ["text", 1, new byte[1], Kill.Instance, new Identify(1)];
        foreach (object message in others)
            Assert.IsType<RefusingSerializer>(system.Serialization.FindSerializerFor(message));
        foreach (int serializer in new[] { 1, 2, 3, 4, 16, 17, 22, 36 })
            Assert.ThrowsAny<Exception>(() => system.Serialization.Deserialize([1], serializer, "K"));
    }

    private static IEnumerable<string> Keys(HoconObject section, string prefix) =>
        from item in section.Items
        let path = prefix + item.Key
        from key in item.Value.IsObject() && !s_openSections.Contains(path)
            ? Keys(item.Value.GetObject(), path + ".")
            : [path]
        select key;
}
