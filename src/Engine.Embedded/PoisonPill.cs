namespace Rwho.Engine;

/// <summary>Stops its receiver when its turn in the mailbox comes.</summary>
public sealed class PoisonPill
{
    private PoisonPill()
    {
    }

    /// <summary>The only one.</summary>
    public static PoisonPill Instance { get; } = new();

    /// <summary>For logs and traces.</summary>
    public override string ToString() => "<PoisonPill>";
}

/// <summary>Fails its receiver with <see cref="ActorKilledException"/> when its turn in the mailbox comes.</summary>
public sealed class Kill
{
    private Kill()
    {
    }

    /// <summary>The only one.</summary>
    public static Kill Instance { get; } = new();

    /// <summary>For logs and traces.</summary>
    public override string ToString() => "<Kill>";
}
