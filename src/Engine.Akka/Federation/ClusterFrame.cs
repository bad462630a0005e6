using System.Runtime.Serialization;
using Akka.Serialization;

namespace Rwho.Engine.Federation;

/// <summary>What gateways send each other: bytes, whose meaning is not this engine's business.</summary>
public sealed record ClusterFrame(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>With what Akka.Remote puts around it, no more than the 64,000 bytes that it is set to take.</summary>
    public const int MaxBytes = 62_000;
}

/// <summary>
/// Frames as they are, and knocks: no name in a message chooses what is made of it. Any other manifest is refused, and
/// with it the message.
/// </summary>
public sealed class ClusterFrameSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Its number among serializers; those to 100 are Akka.NET's.</summary>
    public const int Number = 514;

    /// <summary>The manifest of a frame, and its version.</summary>
    public const string FrameManifest = "f1";

    /// <summary>The manifest of a knock, and its version.</summary>
    public const string KnockManifest = "k1";

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        ClusterFrame => FrameManifest,
        ClusterKnock => KnockManifest,
        _ => throw NoFrame(o),
    };

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Something else than a frame or a knock, or too long.</exception>
    public override byte[] ToBinary(object obj) => obj switch
    {
        ClusterFrame frame => Bounded(frame.Bytes).ToArray(),
        ClusterKnock knock => knock.ToBytes(),
        _ => throw NoFrame(obj),
    };

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Another manifest, or too long.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        FrameManifest => new ClusterFrame(Bounded(bytes)),
        KnockManifest => ClusterKnock.Read(bytes),
        _ => throw new SerializationException($"gateways send each other nothing with the manifest \"{manifest}\""),
    };

    private static ReadOnlyMemory<byte> Bounded(ReadOnlyMemory<byte> bytes) => bytes.Length <= ClusterFrame.MaxBytes
        ? bytes
        : throw new SerializationException(
            $"a frame of {bytes.Length} bytes, at most {ClusterFrame.MaxBytes} are taken");

    private static SerializationException NoFrame(object? something) =>
        new($"{something?.GetType()} is nothing that gateways send each other");
}
