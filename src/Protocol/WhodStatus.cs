using System.Collections.Immutable;

namespace Rwho.Protocol;

/// <summary>What a host says of itself: the content of one datagram.</summary>
/// <param name="SendTime">The sender's clock, seconds since 1970 modulo 2^32.</param>
/// <param name="BootTime">When the host came up, seconds since 1970 modulo 2^32.</param>
/// <param name="Users">At most 42; <see cref="WhodCodec.Write"/> leaves out what is beyond.</param>
public sealed record WhodStatus(
    HostName Host, uint SendTime, uint BootTime, LoadAverages Load, ImmutableArray<WhodEntry> Users)
{
    public bool Equals(WhodStatus? other) =>
        other is not null && Host == other.Host && SendTime == other.SendTime && BootTime == other.BootTime
        && Load == other.Load && Users.AsSpan().SequenceEqual(other.Users.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Host, SendTime, BootTime, Load, Users.Length);
}
