namespace Rwho.Protocol;

/// <summary>What is known of a host: its last datagram, and when it was received (seconds since 1970).</summary>
public readonly record struct HostStatus(WhodDatagram Datagram, long ReceiveTime)
{
    public bool IsDown(long now) => WhoTime.IsDown(ReceiveTime, now);
}
