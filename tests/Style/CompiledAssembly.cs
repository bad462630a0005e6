using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Rwho.Tests.Style;

/// <summary>A type of another assembly. Nested ones are <c>Outer+Inner</c>.</summary>
public sealed record UsedType(string Assembly, string Namespace, string Name)
{
    public string FullName => $"{Namespace}.{Name}";
}

/// <summary>A method (a property by its accessors) or a field of another assembly's type.</summary>
public sealed record UsedMember(UsedType Type, string Name);

/// <summary>What a compiled assembly refers to: what it truly uses, whatever its source looks like.</summary>
public sealed record CompiledAssembly(
    string Name, IReadOnlyList<string> Assemblies, IReadOnlyList<UsedType> Types, IReadOnlyList<UsedMember> Members)
{
    public static CompiledAssembly Of(System.Reflection.Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var file = File.OpenRead(assembly.Location);
        return Read(file);
    }

    public static CompiledAssembly Read(Stream image)
    {
        using var file = new PEReader(image);
        var reader = file.GetMetadataReader();
        return new CompiledAssembly(
            reader.GetString(reader.GetAssemblyDefinition().Name),
            [.. reader.AssemblyReferences.Select(at => reader.GetString(reader.GetAssemblyReference(at).Name))],
            [.. reader.TypeReferences.Select(at => Type(reader, at))],
            [.. reader.MemberReferences.Select(at => Member(reader, reader.GetMemberReference(at)))
                .OfType<UsedMember>()]);
    }

    private static UsedType Type(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = WithoutArity(reader.GetString(type.Name));
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var outer = Type(reader, (TypeReferenceHandle)type.ResolutionScope);
            return outer with { Name = $"{outer.Name}+{name}" };
        }

        var assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
        return new UsedType(reader.GetString(assembly.Name), reader.GetString(type.Namespace), name);
    }

    /// <summary>Null when it belongs to this assembly itself, or to an array.</summary>
    private static UsedMember? Member(MetadataReader reader, MemberReference member)
    {
        var owner = member.Parent.Kind == HandleKind.TypeSpecification
            ? GenericDefinition(reader, (TypeSpecificationHandle)member.Parent)
            : member.Parent;
        return owner.Kind == HandleKind.TypeReference
            ? new UsedMember(Type(reader, (TypeReferenceHandle)owner), reader.GetString(member.Name))
            : null;
    }

    private static EntityHandle GenericDefinition(MetadataReader reader, TypeSpecificationHandle handle)
    {
        var blob = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default(TypeDefinitionHandle);
        blob.ReadCompressedInteger(); // class or value type
        return blob.ReadTypeHandle();
    }

    private static string WithoutArity(string name) => name.Split('`')[0];
}
