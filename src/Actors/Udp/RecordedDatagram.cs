using System.Net;

namespace Rwho.Actors.Udp;

/// <summary>A datagram out of a recording.</summary>
/// <param name="Time">When it was received, to the microsecond.</param>
/// <param name="Destination">What the socket was bound to: 0.0.0.0 or :: where that was every address.</param>
/// <param name="Payload">The datagram itself, without headers.</param>
public sealed record RecordedDatagram(
    DateTimeOffset Time, IPEndPoint Source, IPEndPoint Destination, byte[] Payload);
