using Rwho.Actors.Hosts;

namespace Rwho.Actors.Query;

/// <summary>What a change means to somebody who watches.</summary>
public enum ChangeKind
{
    /// <summary>The first line of a watch: every host.</summary>
    Board,

    /// <summary>A host not on the board before.</summary>
    New,

    /// <summary>A host's status, its users the same.</summary>
    Status,

    /// <summary>A host's status, with other users logged in.</summary>
    Users,

    /// <summary>A host fell silent.</summary>
    Down,

    /// <summary>A host that was down is heard again.</summary>
    Up,

    /// <summary>A host is dropped: silent for too long, or to make room.</summary>
    Forgotten,
}

/// <summary>A change of one host.</summary>
/// <param name="Row">The host as it is now; of a forgotten one, as it was last.</param>
/// <param name="IsDown">What watchers are told of it.</param>
public sealed record HostChange(ChangeKind Kind, HostRow Row, bool IsDown);
