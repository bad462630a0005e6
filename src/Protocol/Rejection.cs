namespace Rwho.Protocol;

/// <summary>
/// Why a datagram is not a status, in the order in which the checks are made (Debian's rwhod makes the same ones in the
/// same order, after our own two). Every datagram ends as accepted or as one of these; each has a counter.
/// </summary>
public enum Rejection
{
    None,

    /// <summary>Sent by this host itself, and heard back.</summary>
    OwnAddress,

    /// <summary>More datagrams a second from one address than the node takes.</summary>
    RateExceeded,

    /// <summary>Under 60 bytes.</summary>
    TooShort,

    /// <summary>Not sent from the who port.</summary>
    SourcePort,

    /// <summary>Version not 1.</summary>
    Version,

    /// <summary>Type not 1.</summary>
    Type,

    /// <summary>Type 2, from an address that is no neighbour's.</summary>
    NotNeighbour,

    /// <summary>Type 2, from a neighbour, but neither a record nor anything else that this version knows.</summary>
    NeighbourMessage,

    /// <summary>From a gateway of the federation, but nothing that this version knows.</summary>
    FederationMessage,

    /// <summary>The host name starts with a NUL.</summary>
    HostNameEmpty,

    /// <summary>The host name has a byte that is a space, a control, DEL, 0x80 or more, or <c>/</c>.</summary>
    HostNameCharacter,
}
