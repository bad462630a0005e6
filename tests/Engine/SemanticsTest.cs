using Rwho.Engine;

namespace Rwho.Tests.Engine;

/// <summary>The common part of tests that hold on every stage.</summary>
public abstract class SemanticsTest<TStage> : IAsyncLifetime
    where TStage : Stage, new()
{
    protected TStage Stage { get; } = new();

    protected ActorSystem System => Stage.System;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Stage.DisposeAsync();

    /// <summary>A started subject; the probe has nothing of its start left.</summary>
    protected async Task<IActorRef> Start(Probe log, string name, Subject.Plan? plan = null)
    {
        var subject = System.ActorOf(Subject.Of(log, plan), name);
        await log.Expect($"{name} made", $"{name} PreStart");
        return subject;
    }

    /// <summary>A started child of a started subject.</summary>
    protected static async Task<IActorRef> StartChild(
        IActorRef parent, Probe log, string name, Subject.Plan? plan = null)
    {
        IActorRef? child = null;
        parent.Tell(new Subject.Do(subject => child = subject.Inner.ActorOf(Subject.Of(log, plan), name)));
        await log.Expect($"{name} made", $"{name} PreStart");
        return child!;
    }
}
