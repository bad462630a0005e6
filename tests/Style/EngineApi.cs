using System.Reflection;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rwho.Tests.Style;

/// <summary>
/// The slice of Akka.NET's API that actors are written to. It is held narrow because two engines supply it: whatever is
/// added here has to mean the same in src/Engine.Embedded and on Akka.NET, restarts and races included.
/// </summary>
public static class EngineApi
{
    private const string Advice = "is not on the list of what actors use. Before adding it, think about Akka.NET: is it"
        + " there, under this name, with the same meaning after a restart, and does the engines' common suite say so?";

    private const string RefusedAdvice = "is on the list of what actors do not use";

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What an engine's compiled code may be called.</summary>
    public static readonly string[] Assemblies = ["Rwho.Engine.Embedded", "Rwho.Engine.Akka", "Akka"];

    /// <summary>Types that actors may name, each with the members that it declares and they may use.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Used = new Dictionary<string, string[]>
    {
        ["ActorBase"] =
        [
            "get_Context", "get_Self", "get_Sender",
            "PreStart", "PostStop", "PreRestart", "PostRestart", "SupervisorStrategy",
        ],
        ["ReceiveActor"] = [".ctor", "Receive", "Become"],
        ["IActorRefFactory"] = ["ActorOf"],
        ["IActorContext"] = ["get_Self", "get_Sender", "get_Parent", "Child", "Watch", "Stop"],
        ["IActorRef"] = ["get_Path"],
        ["ActorPath"] = ["get_Name"],
        ["ICanTell"] = ["Tell"],
        ["ActorRefImplicitSenderExtensions"] = ["Tell", "Forward"],
        ["Terminated"] = ["get_ActorRef"],
        ["PoisonPill"] = ["get_Instance"],
        ["Spawn"] = ["Of"],
        ["Turn"] = ["TellHere"],
        ["Props"] = [],
        ["IWithTimers"] = ["get_Timers", "set_Timers"],
        ["ITimerScheduler"] = ["StartPeriodicTimer", "StartSingleTimer", "IsTimerActive", "Cancel", "CancelAll"],
        ["SupervisorStrategy"] = [],
        ["Directive"] = [],
        ["OneForOneStrategy"] = [".ctor"],
        ["AllForOneStrategy"] = [".ctor"],
    };

    /// <summary>Members that Akka.NET declares in another type, each with where it is on the list.</summary>
    public static readonly IReadOnlyDictionary<string, string> Elsewhere = new Dictionary<string, string>
    {
        ["UntypedActor.get_Context"] = "ActorBase.get_Context",
        ["ICanWatch.Watch"] = "IActorContext.Watch",
    };

    private static readonly string[] TypesElsewhere = ["UntypedActor", "IUntypedActorContext", "ICanWatch"];

    /// <summary>What Akka.NET has and is not for us: neither do actors use it nor has the embedded engine it.</summary>
    public static readonly string[] NotUsed =
    [
        "ReceiveAsync", "ReceiveAny", "ReceiveAnyAsync", "BecomeStacked", "UnbecomeStacked",
        "Stash", "UnstashAll", "IStash", "IWithStash", "IWithUnboundedStash", "IWithBoundedStash",
        "ActorSelection", "Scheduler", "IScheduler", "EventStream", "BackoffSupervisor", "BackoffOptions",
        "Props.Create",
    ];

    /// <summary>Names that Akka.NET gives to types of its own; ours beside them would read as those.</summary>
    public static readonly string[] AkkaNames = ["Status", "Address", "Envelope", "Failure", "Deploy", "Identify"];

    /// <summary>What compiled actors use of an engine and is not listed.</summary>
    public static IEnumerable<Finding> Unlisted(CompiledAssembly actors, IReadOnlyCollection<string> engines)
    {
        var types = from type in actors.Types
                    where engines.Contains(type.Assembly) && !Used.ContainsKey(type.Name)
                    where !TypesElsewhere.Contains(type.Name)
                    select type.Name;
        var members = from member in actors.Members
                      where engines.Contains(member.Type.Assembly) && !IsUsed(member.Type.Name, member.Name)
                      select $"{member.Type.Name}.{member.Name}";
        return types.Concat(members).Distinct().Select(name => new Finding(actors.Name, 0, $"{name} {Advice}"));
    }

    /// <summary>What actors override of an engine and is not listed: no call, so it is no member reference.</summary>
    public static IEnumerable<Finding> Overridden(IEnumerable<Type> actors, IReadOnlyCollection<string> engines) =>
        from type in actors
        from method in type.GetMethods(Declared)
        let first = method.GetBaseDefinition().DeclaringType!
        where engines.Contains(first.Assembly.GetName().Name!)
        where !IsUsed(first.Name, method.Name)
        select new Finding(type.FullName!, 0, $"{first.Name}.{method.Name} {Advice}");

    /// <summary>What compiled actors use of an engine although it is refused, types included.</summary>
    public static IEnumerable<Finding> Refused(CompiledAssembly actors, IReadOnlyCollection<string> engines)
    {
        var types = actors.Types.Where(type => engines.Contains(type.Assembly)).Select(type => (type.Name, Member: ""));
        var members = actors.Members.Where(member => engines.Contains(member.Type.Assembly))
            .Select(member => (member.Type.Name, Member: member.Name));
        return from used in types.Concat(members).Distinct()
               let type = used.Name.Split('+')[^1]
               where IsRefused(type, used.Member)
               select new Finding(actors.Name, 0, $"{type}.{used.Member} {RefusedAdvice}");
    }

    /// <summary>What an engine shows to actors although it is refused.</summary>
    public static IEnumerable<Finding> Shown(string assembly, IEnumerable<Type> types)
    {
        return from type in types
               where type.IsVisible
               let members = type.GetMembers(Declared).Where(IsShown).Select(member => member.Name)
               from member in members.Append("").Distinct()
               where IsRefused(type.Name.Split('`')[0], member)
               select new Finding(assembly, 0, $"{type.Name}.{member} {RefusedAdvice}");
    }

    /// <summary>Handlers that look at the message before they take it.</summary>
    public static IEnumerable<Finding> Predicates(SourceFile file) =>
        from call in file.All<InvocationExpressionSyntax>()
        where call.Expression is GenericNameSyntax { Identifier.ValueText: "Receive" }
              or MemberAccessExpressionSyntax { Name: GenericNameSyntax { Identifier.ValueText: "Receive" } }
        where call.ArgumentList.Arguments.Count != 1
        select file.At(call, "Receive with a predicate: decide in the handler, or in another behaviour");

    /// <summary>Types of ours under a name of Akka.NET's.</summary>
    public static IEnumerable<Finding> TakenNames(SourceFile file) =>
        from type in file.All<BaseTypeDeclarationSyntax>()
        where AkkaNames.Contains(type.Identifier.ValueText)
        select file.At(type, $"{type.Identifier.ValueText} is a name of Akka.NET's");

    private static bool IsUsed(string type, string member) =>
        Elsewhere.ContainsKey($"{type}.{member}")
        || Used.TryGetValue(type, out var members) && members.Contains(member);

    private static bool IsRefused(string type, string member)
    {
        var property = member.StartsWith("get_", StringComparison.Ordinal) ? member[4..] : member;
        return NotUsed.Contains(type) || NotUsed.Contains(property) || NotUsed.Contains($"{type}.{property}");
    }

    private static bool IsShown(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    };
}
