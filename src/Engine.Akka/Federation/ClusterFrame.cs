using System.Runtime.Serialization;
using Akka.Serialization;

namespace Rwho.Engine.Federation;

/// <summary>The only message that gateways send each other: bytes, whose meaning is not this engine's business.</summary>
public sealed record ClusterFrame(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>With what Akka.Remote puts around it, no more than the 64,000 bytes that it is set to take.</summary>
    public const int MaxBytes = 62_000;
}

/// <summary>
/// Frames as they are: no name in a message chooses what is made of it. Any other manifest is refused, and with it the
/// message.
/// </summary>
public sealed class ClusterFrameSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Its number among serializers; those to 100 are Akka.NET's.</summary>
    public const int Number = 514;

    /// <summary>The one manifest, and its version.</summary>
    public const string FrameManifest = "f1";

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    public override string Manifest(object o) => o is ClusterFrame ? FrameManifest : throw NoFrame(o);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Something else than a frame, or too long.</exception>
    public override byte[] ToBinary(object obj) => obj is ClusterFrame frame
        ? Bounded(frame.Bytes.Length) is var _ ? frame.Bytes.ToArray() : []
        : throw NoFrame(obj);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Another manifest, or too long.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest != FrameManifest)
            throw new SerializationException($"no frame of a gateway has the manifest \"{manifest}\"");
        Bounded(bytes.Length);
        return new ClusterFrame(bytes);
    }

    private static int Bounded(int bytes) => bytes <= ClusterFrame.MaxBytes
        ? bytes
        : throw new SerializationException($"a frame of {bytes} bytes, at most {ClusterFrame.MaxBytes} are taken");

    private static SerializationException NoFrame(object? something) =>
        new($"{something?.GetType()} is no frame of a gateway");
}
