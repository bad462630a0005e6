namespace Rwho.Engine;

/// <summary>What a supervisor does with a child that failed. The values and names are Akka.NET's.</summary>
public enum Directive
{
    /// <summary>Go on with the same instance; the failing message is dropped.</summary>
    Resume,

    /// <summary>A fresh instance takes over the mailbox; the failing message is dropped.</summary>
    Restart,

    /// <summary>The supervisor fails in the child's place.</summary>
    Escalate,

    /// <summary>The child is stopped.</summary>
    Stop,
}
