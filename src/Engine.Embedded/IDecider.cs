namespace Rwho.Engine;

/// <summary>Chooses what to do about a failure.</summary>
public interface IDecider
{
    /// <summary>The directive for <paramref name="cause"/>.</summary>
    Directive Decide(Exception cause);
}

/// <summary>A decider that asks a function.</summary>
internal sealed class FunctionDecider(Func<Exception, Directive> decide) : IDecider
{
    public Directive Decide(Exception cause) => decide(cause);
}
