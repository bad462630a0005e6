namespace Rwho.Actors.Federation;

/// <summary>The conversation of the federation with itself: what others say comes from a link.</summary>
internal static class FederationProtocol
{
    /// <summary>From a link.</summary>
    /// <param name="Gate">The link's own: what an earlier one still has to say is of no interest.</param>
    public sealed record Told(MessageGate Gate, FederationEvent Event);

    public sealed record JoinAgain
    {
        public static readonly JoinAgain Instance = new();
    }

    /// <summary>Statuses may have waited long enough.</summary>
    public sealed record Push
    {
        public static readonly Push Instance = new();
    }

    /// <summary>It is time to compare with the next one.</summary>
    public sealed record CompareNext
    {
        public static readonly CompareNext Instance = new();
    }

    /// <summary>Go on with the one compared with, now that the table has what it sent.</summary>
    public sealed record CompareOn
    {
        public static readonly CompareOn Instance = new();
    }

    /// <summary>The one compared with did not answer.</summary>
    public sealed record AnswerOverdue
    {
        public static readonly AnswerOverdue Instance = new();
    }
}
