using System.Runtime.Serialization;
using Akka.Configuration;
using Akka.Serialization;

namespace Rwho.Engine;

/// <summary>
/// Stands where Akka.NET's default serializer would: that one lets bytes name the types that are made of them. Each
/// message that is to leave this process needs a serializer of its own.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>Its number among serializers; those to 100 are Akka.NET's.</summary>
    public const int Number = 513;

    /// <summary>For Akka.NET, which gives the serializer in the place of its default one that one's settings.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : this(system) => _ = settings;

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    public override bool IncludeManifest => true;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} has no serializer of its own: it cannot leave the process");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException($"{type} has no serializer of its own: it cannot come from outside");
}
