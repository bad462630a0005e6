namespace Rwho.Tests.Engine;

/// <summary>A fact about an Akka.NET from some version on; with an older one it is skipped, and says so.</summary>
public sealed class SinceFactAttribute : FactAttribute
{
    public SinceFactAttribute(string version)
    {
        if (Built < Version.Parse(version))
            Skip = $"needs Akka.NET {version}, this is {Built.ToString(3)}";
    }

    /// <summary>The version these tests were built with.</summary>
    public static Version Built { get; } = typeof(ActorSystem).Assembly.GetName().Version!;
}
