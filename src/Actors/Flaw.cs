namespace Rwho.Actors;

/// <summary>Rules of the node that can be broken, one at a time, to show that the simulation finds each.</summary>
internal enum Flaw
{
    None,

    /// <summary>A status goes back where it came from.</summary>
    ForwardsToSender,

    /// <summary>A copy of what was seen before is passed on again.</summary>
    ForwardsCopies,

    /// <summary>Every status older than the one shown is passed on.</summary>
    ForwardsOlder,

    /// <summary>A record is told to be new, however old it is.</summary>
    ForgetsAge,

    /// <summary>A host silent for too long is not dropped.</summary>
    ForgetsToExpire,

    /// <summary>A file is written in part.</summary>
    TearsFiles,

    /// <summary>The send time is written lowest byte first.</summary>
    WrongByteOrder,

    /// <summary>A snapshot that has to wait is never made.</summary>
    LosesWakeUp,

    /// <summary>A status older than the one shown replaces it.</summary>
    BelievesOlder,

    /// <summary>A socket is not closed when the node stops.</summary>
    KeepsSocket,
}
