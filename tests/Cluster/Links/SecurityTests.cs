using System.Runtime.Serialization;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Serialization;
using Rwho.Engine.Federation;

namespace Rwho.Tests.Cluster.Links;

/// <summary>
/// Somebody who reaches the port of a gateway without certificates, and speaks Akka.NET's own language: nothing of it
/// chooses a type, makes or ends an actor, or reaches anybody but the gateway.
/// </summary>
public sealed class SecurityTests : IAsyncLifetime
{
    private readonly Gateways _gateways = new();
    private readonly ActorSystem _rogue = ActorSystem.Create(
        ClusterSettings.SystemName, ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor {
            provider = remote
            serializers.own = "{{typeof(RogueSerializer).AssemblyQualifiedName}}"
            serialization-bindings {
              "{{typeof(Forged).AssemblyQualifiedName}}" = own
            }
            deployment {
              /planted.remote = "akka.tcp://{{ClusterSettings.SystemName}}@TARGET"
            }
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 256000b }
        }
        """.Replace("TARGET", s_target, StringComparison.Ordinal)));

    private static readonly string s_target = Gateways.NewPlace();

    private static string Uri => $"akka.tcp://{ClusterSettings.SystemName}@{s_target}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _rogue.Terminate();
        await _gateways.DisposeAsync();
    }

    [Fact]
    public async Task A_rogue_system_reaches_nothing_but_the_gateway_and_makes_nothing()
    {
        Gateway target = Plain(s_target, s_target);
        Gateway friend = Plain(Gateways.NewPlace(), s_target);
        await target.Sees(friend);
        ActorSystem attacked = target.Link.System!;
        var reached = attacked.ActorOf(Props.Create(() => new Noticing()), "other");

        // Akka.NET's JSON with the name of a type; bytes under our serializer's number that are none of ours; too much.
        Say(new Bomb(), "/user/federation");
        Say(new Forged("x9", [1]), "/user/federation");
        Say(new Forged("k1", [1, 2, 3]), "/user/federation");
        Say(new Forged("f1", new byte[ClusterFrame.MaxBytes + 1]), "/user/federation");
        // The end of whoever gets it, looked for by its path or addressed as if it was known; and messages to others.
        foreach (string path in new[]
        {
            "/user/federation", "/user/other", "/user", "/system/cluster/core/daemon",
            "/system/cluster/heartbeatReceiver",
        })
        {
            var known = ((ExtendedActorSystem)_rogue).Provider.ResolveActorRef(Uri + path);
            foreach (object end in new object[] { PoisonPill.Instance, Kill.Instance })
            {
                Say(end, path);
                known.Tell(end);
            }

            if (known is IInternalActorRef actor) actor.SendSystemMessage(new Terminate());
            Say(new Forged("f1", [9]), path);
        }

        // An actor of the attacker's choice, made by the gateway.
        _rogue.ActorOf(Props.Create(() => new Noticing()), "planted");

        await Delivered(target);
        Assert.Equal(0, Bomb.Made);
        Assert.Equal(0, Noticing.Heard);
        Assert.Equal(1, Noticing.Made); // ours
        Assert.False(reached.IsNobody());
        Assert.DoesNotContain(target.Frames, frame => frame.Bytes.Length > ClusterFrame.MaxBytes);
        Assert.All(
            target.Frames.Where(frame => frame.From.StartsWith("127.0.0.1:", StringComparison.Ordinal)),
            frame => Assert.Contains(frame.Bytes.Span[0], new byte[] { 7, 9 }));
        Assert.Empty(target.Ends);
        await target.HearsFrom(friend, [4]);
        await friend.HearsFrom(target, [5]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x1")]
    [InlineData("System.IO.FileInfo")]
    public void Another_manifest_is_refused(string manifest)
    {
        var serializer = new ClusterFrameSerializer((ExtendedActorSystem)_rogue);
        Assert.Throws<SerializationException>(() => serializer.FromBinary([1], manifest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a 1 2 3")]
    [InlineData("a 1 2 3 b c")]
    [InlineData("a one 2 3 b")]
    [InlineData("a 1 -2 3 b")]
    [InlineData(" 1 2 3 b")]
    public void A_knock_that_is_none_is_refused(string text)
    {
        var serializer = new ClusterFrameSerializer((ExtendedActorSystem)_rogue);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes, ClusterFrameSerializer.KnockManifest));
        Assert.Throws<SerializationException>(
            () => serializer.FromBinary([.. "a 1 2 3 "u8, .. new byte[2000]], ClusterFrameSerializer.KnockManifest));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var serializer = new ClusterFrameSerializer((ExtendedActorSystem)_rogue);
        var knock = new ClusterKnock("gw.example.org:5514", -7, new Island(2, 30, "a:1"));
        Assert.Equal(knock, serializer.FromBinary(serializer.ToBinary(knock), serializer.Manifest(knock)));
        var frame = new ClusterFrame(new byte[] { 1, 2 });
        var read = (ClusterFrame)serializer.FromBinary(serializer.ToBinary(frame), serializer.Manifest(frame));
        Assert.Equal(frame.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new ClusterFrame(new byte[64_001])));
        Assert.Throws<SerializationException>(() => serializer.ToBinary("text"));
    }

    // Without valves: the rogue does not know of them.
    private Gateway Plain(string place, string seed) => _gateways.Start(Gateways.At(place, seed) with
    {
        Overrides = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.applied-adapters = []")
            .WithFallback(Gateways.Quick),
    });

    private void Say(object message, string path) =>
        _rogue.ActorSelection(Uri + path).Tell(message);

    // What was said before has been read when this arrives.
    private Task Delivered(Gateway target) => Eventually.Within(
        Gateways.Patience,
        () =>
        {
            Say(new Forged("f1", [7]), "/user/federation");
            return target.Frames.Any(frame => frame.Bytes.Span.SequenceEqual(new byte[] { 7 }));
        },
        () => $"a frame of the rogue arrives; {target.Story()}");

    /// <summary>A message whose making would be noticed.</summary>
    public sealed class Bomb
    {
        private static int s_made;

        public static int Made => Math.Max(0, s_made - 1); // one is made here

        public Bomb() => Interlocked.Increment(ref s_made);
    }

    /// <summary>An actor that is noticed.</summary>
    public sealed class Noticing : ReceiveActor
    {
        private static int s_made;
        private static int s_heard;

        public static int Made => s_made;

        public static int Heard => s_heard;

        public Noticing()
        {
            Interlocked.Increment(ref s_made);
            ReceiveAny(_ => Interlocked.Increment(ref s_heard));
        }

        protected override void PostStop() => Interlocked.Increment(ref s_heard);
    }

    /// <summary>Bytes under the number of the gateways' serializer.</summary>
    public sealed record Forged(string Name, byte[] Bytes);

    /// <summary>Writes them.</summary>
    public sealed class RogueSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => ClusterFrameSerializer.Number;

        public override string Manifest(object o) => ((Forged)o).Name;

        public override byte[] ToBinary(object obj) => ((Forged)obj).Bytes;

        public override object FromBinary(byte[] bytes, string manifest) => new Forged(manifest, bytes);
    }
}
