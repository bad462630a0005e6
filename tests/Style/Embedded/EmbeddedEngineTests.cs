using System.Reflection;

namespace Rwho.Tests.Style;

/// <summary>The embedded engine is a slice of Akka.NET's API, and stands alone.</summary>
public sealed class EmbeddedEngineTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";
    private static readonly Assembly Engine = typeof(IActorRef).Assembly;

    [Fact]
    public void It_has_nothing_that_is_refused() =>
        Rule.Holds(EngineApi.Shown(Engine.GetName().Name!, Engine.GetExportedTypes()));

    [Fact]
    public void It_has_no_Receive_with_a_predicate() => Assert.All(
        typeof(ReceiveActor).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Where(method => method is { Name: "Receive", IsGenericMethod: true }),
        method => Assert.Equal(typeof(Action<>), Assert.Single(method.GetParameters()).ParameterType
            .GetGenericTypeDefinition()));

    [Fact]
    public void It_knows_no_project() => Rule.Holds(References.OfAssembly(CompiledAssembly.Of(Engine), Logging));
}
