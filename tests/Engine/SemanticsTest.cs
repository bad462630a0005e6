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
        await HasStarted(subject, log);
        return subject;
    }

    /// <summary>A started child of a started subject.</summary>
    protected async Task<IActorRef> StartChild(
        IActorRef parent, Probe log, string name, Subject.Plan? plan = null)
    {
        var made = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        parent.Tell(new Subject.Do(subject => made.SetResult(subject.Inner.ActorOf(Subject.Of(log, plan), name))));
        var child = await Stage.Result(made.Task);
        await HasStarted(child, log);
        return child;
    }

    private static async Task HasStarted(IActorRef subject, Probe log)
    {
        var name = subject.Path.Name;
        await log.Expect($"{name} made", $"{name} PreStart");

        // Only the next message shows that PreStart is over.
        subject.Tell("ready");
        await log.Expect($"{name} ready");
    }
}
