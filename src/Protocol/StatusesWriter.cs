using static Rwho.Protocol.FederationMessage;

namespace Rwho.Protocol;

/// <summary>Packs statuses into messages of at most <see cref="MaxBytes"/> each.</summary>
public sealed class StatusesWriter
{
    private const int GatewaysMax = byte.MaxValue;
    private const int CountsBytes = 1 + 2;

    // A gateway's index, relays, age and length.
    private const int StatusHeaderBytes = 1 + 1 + 4 + 2;

    private readonly List<FederatedStatus> items = [];
    private readonly Dictionary<HostName, byte> gateways = [];
    private int bodyBytes = CountsBytes;

    private StatusesWriter()
    {
    }

    /// <summary>As few messages as hold all of them, in this order.</summary>
    /// <param name="isAnswer">To a <see cref="Want"/>: then the last one says so, if need be one without any.</param>
    public static List<byte[]> Write(
        HostName from, long sentMilliseconds, IEnumerable<FederatedStatus> statuses, bool isAnswer)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        var messages = new List<byte[]>();
        var writer = new StatusesWriter();
        foreach (var status in statuses)
        {
            if (writer.TryAdd(status)) continue;
            messages.Add(writer.Take(from, sentMilliseconds, isLast: false));
            writer.TryAdd(status);
        }

        if (isAnswer || writer.items.Count > 0) messages.Add(writer.Take(from, sentMilliseconds, isAnswer));
        return messages;
    }

    // False when the message has no room for it.
    private bool TryAdd(in FederatedStatus status)
    {
        var isNew = !gateways.ContainsKey(status.Gateway);
        var bytes = StatusHeaderBytes + status.Datagram.Length + (isNew ? 1 + status.Gateway.Length : 0);
        if (HeaderMaxBytes + bodyBytes + bytes > MaxBytes || (isNew && gateways.Count == GatewaysMax)) return false;
        if (isNew) gateways.Add(status.Gateway, (byte)gateways.Count);
        items.Add(status);
        bodyBytes += bytes;
        return true;
    }

    private byte[] Take(HostName from, long sentMilliseconds, bool isLast)
    {
        var message = new Statuses(from, sentMilliseconds, isLast, []);
        using var bytes = new MemoryStream(HeaderMaxBytes + bodyBytes);
        FederationWriter.Header(
            bytes, FederationWriter.StatusesKind, isLast ? FederationWriter.LastFlag : (byte)0, message);
        bytes.WriteByte((byte)gateways.Count);
        foreach (var (name, _) in gateways.OrderBy(pair => pair.Value))
        {
            bytes.WriteByte((byte)name.Length);
            FederationWriter.Name(bytes, name);
        }

        FederationWriter.Short(bytes, items.Count);
        foreach (var status in items)
        {
            bytes.WriteByte(gateways[status.Gateway]);
            bytes.WriteByte(status.Hops);
            FederationWriter.Int(bytes, status.AgeMilliseconds);
            FederationWriter.Short(bytes, status.Datagram.Length);
            bytes.Write(status.Datagram.Span);
        }

        items.Clear();
        gateways.Clear();
        bodyBytes = CountsBytes;
        return bytes.ToArray();
    }
}
