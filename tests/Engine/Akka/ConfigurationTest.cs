using System.Runtime.Serialization;
using System.Text;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Event;

namespace Rwho.Tests.Engine;

/// <summary>Settings that Akka.NET does not know are ignored without a word: what is set has to show.</summary>
public sealed class ConfigurationTest : IAsyncLifetime
{
    private const string AllowUnregisteredTypes = "akka.actor.serialization-settings.allow-unregistered-types";

    /// <summary>Below these the names are anybody's choice.</summary>
    private static readonly string[] OpenSections =
    [
        "akka.actor.serializers", "akka.actor.serialization-bindings", "akka.actor.serialization-identifiers",
    ];

    private readonly Journal _journal = new();
    private readonly ActorSystem _system;

    public ConfigurationTest() => _system = ActorSystem.Create("test", new EngineSettings { Logger = _journal });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        Assert.Empty(_journal.Complaints);
    }

    [Fact]
    public void Every_key_is_one_that_this_version_knows()
    {
        var known = ConfigurationFactory.Default();
        var set = Keys(ConfigurationFactory.ParseString(EngineConfiguration.Text).Root.GetObject(), "").ToList();
        Assert.Contains("akka.coordinated-shutdown.exit-clr", set);
        var expected = set.Where(key =>
            !EngineConfiguration.Since.TryGetValue(key, out var since) || since <= SinceFactAttribute.Built);
        Assert.DoesNotContain(expected, key => !known.HasPath(key));
    }

    [Fact]
    public void The_program_alone_decides_about_signals_and_its_end()
    {
        var shutdown = _system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        Assert.False(shutdown.GetBoolean("run-by-clr-shutdown-hook", true));
        Assert.False(shutdown.GetBoolean("exit-clr", true));
        Assert.True(_system.Settings.CoordinatedShutdownTerminateActorSystem);
    }

    [Fact]
    public void An_idle_system_wakes_twenty_times_a_second_at_most()
    {
        Assert.IsType<HashedWheelTimerScheduler>(_system.Scheduler);
        Assert.Equal(
            TimeSpan.FromMilliseconds(50), _system.Settings.Config.GetTimeSpan("akka.scheduler.tick-duration"));
        // The thread pool, which rests when there is nothing to do; of the others each keeps threads of its own.
        foreach (var dispatcher in new[] { "default-dispatcher", "internal-dispatcher" })
        {
            var settings = _system.Settings.Config.GetConfig($"akka.actor.{dispatcher}");
            Assert.Equal("Dispatcher", settings.GetString("type"));
            Assert.Equal("default-executor", settings.GetString("executor"));
        }
    }

    [Fact]
    public async Task A_timer_fires_at_the_tick_after_its_time_and_not_before()
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(10), () => fired.SetResult());
        await fired.Task.WaitAsync(Stage.Patience);
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_message_without_a_serializer_of_its_own_cannot_leave_the_process()
    {
        var message = new Letter("x", _system.DeadLetters, ActorRefs.Nobody);
        // From 1.5.66 on it is refused before a serializer is chosen.
        Assert.Throws<SerializationException>(() =>
        {
            var serializer = _system.Serialization.FindSerializerFor(message);
            Assert.IsType<RefusingSerializer>(serializer);
            serializer.ToBinary(message);
        });
    }

    [Theory]
    [InlineData(1)] // Akka.NET's own JSON, with the names of types in it
    [InlineData(RefusingSerializer.Number)]
    public void Bytes_cannot_name_the_types_that_are_made_of_them(int serializer)
    {
        var bytes = Encoding.UTF8.GetBytes(
            """{"$type":"System.IO.FileInfo, System.IO.FileSystem","fileName":"/nowhere"}""");
        foreach (var type in new[] { typeof(object), typeof(FileInfo) })
        {
            Assert.ThrowsAny<SerializationException>(() => _system.Serialization.Deserialize(bytes, serializer, type));
            Assert.ThrowsAny<SerializationException>(
                () => _system.Serialization.Deserialize(bytes, serializer, type.AssemblyQualifiedName!));
        }
    }

    [SinceFact("1.5.66")]
    public void Types_that_are_not_registered_are_refused()
    {
        Assert.True(ConfigurationFactory.Default().HasPath(AllowUnregisteredTypes));
        Assert.False(_system.Settings.Config.GetBoolean(AllowUnregisteredTypes, true));
    }

    [Fact]
    public async Task What_Akka_logs_is_in_the_nodes_log_from_the_start_to_the_end()
    {
        var journal = new Journal();
        var system = ActorSystem.Create("other", new EngineSettings { Logger = journal });
        system.Log.Warning("first {0}", 1);
        var log = Logging.GetLogger(system.EventStream, "test");
        await system.Terminate();
        log.Warning("last");
        Assert.Collection(
            journal.Complaints,
            line => Assert.EndsWith("first 1", line, StringComparison.Ordinal),
            line => Assert.EndsWith("last", line, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Keys(HoconObject section, string prefix) =>
        from item in section.Items
        let path = prefix + item.Key
        from key in item.Value.IsObject() && !OpenSections.Contains(path)
            ? Keys(item.Value.GetObject(), path + ".")
            : [path]
        select key;
}
