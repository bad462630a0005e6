using System.Collections.Immutable;
using Rwho.Protocol;

namespace Rwho.Actors.Announce;

/// <summary>Asks the system how this host is.</summary>
public interface IHostProbe
{
    /// <param name="now">Seconds since 1970, for idle times.</param>
    HostReading Read(long now);
}

/// <summary>What a host says of itself, but for its name and the time.</summary>
/// <param name="BootTime">Seconds since 1970.</param>
public sealed record HostReading(long BootTime, LoadAverages Load, ImmutableArray<WhodEntry> Users)
{
    /// <summary>What is there and could not be read; its part of the rest is as it was last, or empty.</summary>
    public ImmutableArray<Unread> Unread { get; init; } = [];
}

/// <summary>A file of the system that could not be read.</summary>
/// <param name="Why">In the system's words.</param>
public sealed record Unread(string Path, string Why);
