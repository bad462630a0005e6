namespace Rwho.Actors;

/// <summary>The conversation between the program and its node.</summary>
public static class NodeProtocol
{
    /// <summary>Stop in order: the spool first gets what it does not have yet.</summary>
    public sealed record Stop
    {
        public static readonly Stop Instance = new();
    }

    /// <summary>Asks for a sign of life.</summary>
    public sealed record Probe
    {
        public static readonly Probe Instance = new();
    }

    /// <summary>From the table: what the spool kept is on the board.</summary>
    internal sealed record BoardRestored
    {
        public static readonly BoardRestored Instance = new();
    }

    /// <summary>From the spool: all is written.</summary>
    internal sealed record Drained
    {
        public static readonly Drained Instance = new();
    }

    internal sealed record StopNow
    {
        public static readonly StopNow Instance = new();
    }
}
