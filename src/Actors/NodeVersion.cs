using System.Reflection;

namespace Rwho.Actors;

/// <summary>Which version of the program this is.</summary>
public static class NodeVersion
{
    /// <summary>Such as 0.1.0, without the revision it was built from.</summary>
    public static string Text { get; } = typeof(NodeVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
}
