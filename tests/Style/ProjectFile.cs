using System.Xml.Linq;

namespace Rwho.Tests.Style;

/// <summary>What a project file means to the engine that these tests were built with.</summary>
public sealed class ProjectFile(string text)
{
    private static readonly string Engine = typeof(IActorRef).Assembly.GetName().Name == "Akka" ? "Akka" : "Embedded";

    private readonly XDocument project = XDocument.Parse(text);

    /// <summary>Namespaces that all of its files use.</summary>
    public IEnumerable<string> Usings => Values("Using", "Include");

    /// <summary>Whether a file, by its path within the project, is part of it.</summary>
    public bool Compiles(string path) =>
        !Holding("EnableDefaultCompileItems").Any(item => item.Value == "false")
        && !Values("Compile", "Remove").Any(removed =>
            path.StartsWith(removed.TrimEnd('*'), StringComparison.Ordinal));

    private IEnumerable<string> Values(string item, string attribute) =>
        Holding(item).Select(found => found.Attribute(attribute)?.Value).OfType<string>();

    private IEnumerable<XElement> Holding(string name) => project.Descendants(name)
        .Where(item => item.AncestorsAndSelf().All(at => Holds(at.Attribute("Condition")?.Value)));

    /// <summary>Conditions on the engine; of others nothing depends here.</summary>
    private static bool Holds(string? condition) => condition switch
    {
        null => true,
        "'$(Engine)' == 'Akka'" => Engine == "Akka",
        "'$(Engine)' != 'Akka'" => Engine != "Akka",
        _ => false,
    };
}
