using System.Reflection;
using Rwho.Actors;

namespace Rwho.Tests.Style;

public sealed class EngineApiTests
{
    private static readonly CompiledAssembly Actors = CompiledAssembly.Of(typeof(NodeProtocol).Assembly);
    private static readonly Assembly[] Engine = [typeof(IActorRef).Assembly, typeof(Spawn).Assembly];
    private static readonly string Space = typeof(IActorRef).Namespace!;

    [Fact]
    public void Actors_use_what_is_listed_of_the_engine() => Rule.Holds(
    [
        .. EngineApi.Unlisted(Actors, EngineApi.Assemblies),
        .. EngineApi.Overridden(typeof(NodeProtocol).Assembly.GetTypes(), EngineApi.Assemblies),
    ]);

    [Fact]
    public void Actors_use_nothing_that_is_refused() => Rule.Holds(EngineApi.Refused(Actors, EngineApi.Assemblies));

    [Fact]
    public void Every_listed_member_is_one_of_the_engine()
    {
        var own = EngineApi.Used.SelectMany(type => type.Value, (type, member) => (type.Key, Member: member));
        Assert.DoesNotContain(own, listed => !Declares(listed.Key, listed.Member)
            && !EngineApi.Elsewhere.Any(other => other.Value == $"{listed.Key}.{listed.Member}"
                && other.Key.Split('.') is [var type, var member] && Declares(type, member)));
    }

    [Fact]
    public void Handlers_have_no_predicates() =>
        Rule.Holds(Repository.SourcesUnder("src/Actors").SelectMany(EngineApi.Predicates));

    [Fact]
    public void Names_of_Akka_are_not_ours() => Rule.Holds(
        Repository.SourcesUnder("src/Actors").Concat(Repository.SourcesUnder("src/Protocol"))
            .SelectMany(EngineApi.TakenNames));

    [Fact]
    public void A_member_that_is_not_listed_is_found_with_the_advice_to_think_about_Akka()
    {
        var sample = Emitted($"class C {{ void M({Space}.IActorContext at) {{ GC.Collect(); at.GetChildren(); }} }}");
        var finding = Assert.Single(EngineApi.Unlisted(sample, EngineApi.Assemblies));
        Assert.Contains("IActorContext.GetChildren is not on the list", finding.What, StringComparison.Ordinal);
        Assert.Contains("think about Akka.NET", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_is_not_listed_is_found() => Assert.Contains(
        "ActorSystem is not on the list",
        Assert.Single(EngineApi.Unlisted(
            Emitted($"class C {{ object M(object all) => all as {Space}.ActorSystem; }}"), EngineApi.Assemblies)).What,
        StringComparison.Ordinal);

    [Fact]
    public void A_hook_that_is_not_listed_is_found() => Assert.Contains(
        "ActorBase.Unhandled is not on the list",
        Assert.Single(EngineApi.Overridden([typeof(Overriding)], EngineApi.Assemblies)).What,
        StringComparison.Ordinal);

    [Fact]
    public void A_question_asked_by_an_actor_is_found() => Assert.NotEmpty(EngineApi.Unlisted(
        Emitted($$"""
            using {{Space}};
            class C : ReceiveActor { public C() => Receive<string>(text => Sender.Ask<int>(text)); }
            """),
        EngineApi.Assemblies));

    [Fact]
    public void A_member_of_a_generic_type_is_found() => Assert.Contains(
        Emitted("class C { int M(System.Collections.Generic.List<int> list) => list.Count; }").Members,
        member => member is { Type.FullName: "System.Collections.Generic.List", Name: "get_Count" });

    /// <summary>The engine of this sample has what ours must not have.</summary>
    [Theory]
    [InlineData("ReceiveAsync", "new Engine.Actor().ReceiveAsync<int>()")]
    [InlineData("get_Scheduler", "new Engine.Actor().Scheduler")]
    [InlineData("BackoffSupervisor", "new Engine.BackoffSupervisor()")]
    [InlineData("Props.Create", "Engine.Props.Create()")]
    public void What_is_refused_is_found_in_actors(string refused, string expression)
    {
        var used = Emitted($"class C {{ object M() => {RefusedEngine.Named(expression)}; }}");
        var findings = EngineApi.Refused(used, [typeof(RefusedEngine).Assembly.GetName().Name!]);
        Assert.Contains(findings, finding => finding.What.Contains(refused, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_refused_is_found_in_an_engine() => Assert.Equal(
        ["Actor.ReceiveAsync", "Actor.get_Scheduler", "BackoffSupervisor.", "BackoffSupervisor..ctor", "Props.Create"],
        EngineApi.Shown("sample", typeof(RefusedEngine).GetNestedTypes())
            .Select(finding => finding.What.Split(' ')[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void A_handler_with_a_predicate_is_found() => Rule.Finds(
        EngineApi.Predicates(new SourceFile("src/Actors/Sample.cs", """
            Receive<int>(number => { });
            Receive<int>(number => { }, number => number > 1);
            this.Receive<int>(number => number > 1, number => { });
            """)),
        2, 3);

    [Theory]
    [InlineData("class Status;")]
    [InlineData("static class P { sealed record Envelope; }")]
    [InlineData("enum Failure { None }")]
    [InlineData("record struct Address;")]
    public void A_name_of_Akka_is_found(string text) =>
        Rule.Finds(EngineApi.TakenNames(new SourceFile("src/Actors/Sample.cs", text)), 1);

    private static bool Declares(string type, string member) => Engine.SelectMany(engine => engine.GetExportedTypes())
        .Where(exported => exported.Name == type)
        .SelectMany(exported => exported.GetMembers(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
        .Any(declared => declared.Name == member);

    private static CompiledAssembly Emitted(string text) => Compiling.Emit(new SourceFile("sample.cs", text));

#pragma warning disable CA1812 // Never made.
    private sealed class Overriding : ReceiveActor
    {
        protected override void PreStart()
        {
        }

        protected override void Unhandled(object message)
        {
        }
    }
#pragma warning restore CA1812
}
