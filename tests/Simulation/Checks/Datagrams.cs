using Rwho.Protocol;

namespace Rwho.Tests.Simulation.Checks;

/// <summary>What a datagram is, for who watches the wire.</summary>
internal static class Datagrams
{
    /// <summary>The status in it: in itself, or in a record; null for what carries none.</summary>
    public static WhodDatagram? StatusIn(ReadOnlySpan<byte> bytes)
    {
        if (NeighbourMessage.TryReadRecord(bytes, out _, out _, out var inner)) bytes = inner;
        else if (NeighbourMessage.Is(bytes)) return null;
        return WhodCodec.TryRead(bytes, out var datagram, out _) ? datagram : null;
    }

    /// <summary>The status in a spool file, as it goes over the wire.</summary>
    public static WhodDatagram InSpool(ReadOnlySpan<byte> content) =>
        SpoolFile.TryRead(content, 0, out var status) ? status.Datagram
        : throw new ArgumentException("not a spool file", nameof(content));

    public static string Describe(byte[] bytes)
    {
        if (NeighbourMessage.TryReadRecord(bytes, out var hops, out var age, out _))
            return $"record of {Name(bytes)}, {hops} hops, {age} ms old";
        if (NeighbourMessage.TryReadHello(bytes, out var cookies, out var wants))
            return $"hello {cookies.Brought:x}/{cookies.Own:x}{(wants ? ", wants the board" : "")}";
        if (NeighbourMessage.TryReadCookie(bytes, out cookies)) return $"cookie {cookies.Brought:x}/{cookies.Own:x}";
        if (NeighbourMessage.TryReadBoard(bytes, out var records)) return $"board of {records}";
        return StatusIn(bytes) is { } status ? $"status of {Name(bytes)} sent {status.SendTime}"
            : $"{bytes.Length} bytes of something";
    }

    private static string Name(byte[] bytes) => StatusIn(bytes)?.Host.ToString() ?? "nobody";
}
