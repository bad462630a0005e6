using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rwho.Tests.Style;

/// <summary>A conversation is a static class named for it, Protocol at the end: messages, nothing else.</summary>
public static class Conversations
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static bool IsOne(Type type) =>
        type is { IsNested: false } && type.Name.EndsWith("Protocol", StringComparison.Ordinal);

    public static IEnumerable<Finding> Of(Type conversation)
    {
        var where = conversation.FullName!;
        if (!(conversation.IsAbstract && conversation.IsSealed))
            yield return new Finding(where, 0, "a conversation is a static class");
        foreach (var member in conversation.GetMembers(Everything))
        {
            if (member.IsDefined(typeof(CompilerGeneratedAttribute)) || member is ConstructorInfo)
                continue;
            if (member is not Type message)
                yield return new Finding(where, 0, $"{member.Name}: a conversation holds messages only");
            else if (!IsSealedRecord(message))
                yield return new Finding(where, 0, $"{message.Name}: a message is a sealed record");
        }
    }

    /// <summary>Records are the classes that the compiler gives a method of this name.</summary>
    private static bool IsSealedRecord(Type type) =>
        type is { IsClass: true, IsSealed: true } && type.GetMethod("<Clone>$", Everything) is not null;
}
