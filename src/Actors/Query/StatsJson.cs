using System.Buffers;
using Newtonsoft.Json.Serialization;
using Rwho.Actors.Hosts;
using Rwho.Actors.Networks;
using Rwho.Actors.Relays;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>
/// The answer to <c>stats</c>: what became of all datagrams since the start, every limit, and the networks announced
/// to. One line of ASCII; keys are frozen by a golden file, and new reasons and limits are new keys.
/// </summary>
public static class StatsJson
{
    private static readonly SnakeCaseNamingStrategy SnakeCase = new();

    /// <param name="now">Seconds since 1970.</param>
    public static void Write(IBufferWriter<byte> output, NodeStats stats, long now)
    {
        using var json = new JsonDocument(output);
        json.Begin();
        json.Text("node", stats.Settings.Name);
        json.Text("version", stats.Version);
        json.Number("time", now);
        json.Number("uptime_seconds", stats.UptimeSeconds);
        json.Number("hosts", stats.Hosts);
        json.Number("conflicts", stats.Conflicts);
        WriteCounters(json, stats);
        WriteHearing(json, stats.Hearing);
        WriteSpool(json, stats);
        WriteLimits(json, stats.Settings);
        WriteNetworks(json, stats);
        WriteNeighbours(json, stats);
        WriteFederation(json, stats);
        json.End();
    }

    private static void WriteCounters(JsonDocument json, NodeStats stats)
    {
        var counters = stats.Counters;
        json.Key("counters");
        json.WriteStartObject();
        json.Key("rejected");
        json.WriteStartObject();
        foreach (var reason in Enum.GetValues<Rejection>())
            if (reason != Rejection.None) json.Number(KeyOf(reason.ToString()), counters.Of(reason));
        json.WriteEndObject();
        json.Key("observed");
        json.WriteStartObject();
        foreach (var meaning in Enum.GetValues<Observation>())
            json.Number(KeyOf(meaning.ToString()), counters.Of(meaning));
        json.WriteEndObject();
        json.Number("dropped", counters.DroppedCount);
        json.Number("sent", counters.SentCount);
        json.Number("not_sent", counters.NotSentCount);
        json.Number("socket_failures", counters.SocketFailureCount);
        json.Number("forwarded", counters.ForwardedCount);
        json.Number("not_forwarded", counters.NotForwardedCount);
        json.Number("suppressed", counters.SuppressedCount);
        json.Number("federated", counters.FederatedCount);
        json.Number("not_taken", counters.NotTakenCount);
        json.Number("spooled", counters.SpooledCount);
        json.Number("not_spooled", counters.NotSpooledCount);
        json.Number("not_probed", counters.NotProbedCount);
        json.Key("queries");
        json.WriteStartObject();
        foreach (var (name, value) in stats.Queries) json.Number(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHearing(JsonDocument json, Hearing hearing)
    {
        json.Key("hearing");
        json.WriteStartObject();
        json.Number("receive_buffer_bytes", hearing.ReceiveBufferBytes);
        json.Number("kernel_drops", hearing.KernelDrops);
        json.Number("deaf_seconds", hearing.DeafMilliseconds / 1000);
        json.WriteEndObject();
    }

    private static void WriteSpool(JsonDocument json, NodeStats stats)
    {
        var failing = stats.Spool.FailingSinceMilliseconds;
        json.Key("spool");
        json.WriteStartObject();
        json.Key("ok");
        json.WriteValue(failing is null);
        json.NumberOrNull("failing_seconds", (stats.ElapsedMilliseconds - failing) / 1000);
        json.Number("unwritten", stats.Spool.Unwritten);
        json.WriteEndObject();
    }

    // What has no limit is null: 0 would read as one.
    private static void WriteLimits(JsonDocument json, NodeSettings settings)
    {
        json.Key("limits");
        json.WriteStartObject();
        foreach (var (name, value) in NodeLimits.Of(settings))
            json.NumberOrNull(KeyOf(name), value == 0 ? null : value);
        json.WriteEndObject();
    }

    private static void WriteNetworks(JsonDocument json, NodeStats stats)
    {
        json.Key("networks");
        json.WriteStartArray();
        foreach (var network in stats.Networks) WriteNetwork(json, network);
        json.WriteEndArray();
    }

    private static void WriteNetwork(JsonDocument json, Network network)
    {
        json.WriteStartObject();
        json.Text("name", network.Name);
        json.Text("address", network.Address);
        json.Number("prefix_length", network.PrefixLength);
        json.Key("destinations");
        json.WriteStartArray();
        foreach (var destination in network.Destinations) json.WriteValue(destination.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNeighbours(JsonDocument json, NodeStats stats)
    {
        json.Key("neighbours");
        json.WriteStartArray();
        foreach (var neighbour in stats.Neighbours) WriteNeighbour(json, neighbour, stats.ElapsedMilliseconds);
        json.WriteEndArray();
    }

    private static void WriteNeighbour(JsonDocument json, NeighbourState neighbour, long now)
    {
        json.WriteStartObject();
        json.Text("name", neighbour.Name);
        json.Text("address", neighbour.EndPoint.Address);
        json.Number("port", neighbour.EndPoint.Port);
        json.Key("configured");
        json.WriteValue(neighbour.IsConfigured);
        json.Key("refuses");
        json.WriteValue(neighbour.Refuses);
        json.NumberOrNull("heard_seconds", (now - neighbour.HeardMilliseconds) / 1000);
        json.Number("sent", neighbour.RecordsSent);
        json.Number("received", neighbour.RecordsReceived);
        json.WriteEndObject();
    }

    // Null for a node that is no gateway.
    private static void WriteFederation(JsonDocument json, NodeStats stats)
    {
        json.Key("federation");
        if (stats.Federation is not { } federation)
        {
            json.WriteNull();
            return;
        }

        json.WriteStartObject();
        json.Key("joined");
        json.WriteValue(federation.IsJoined);
        json.Key("gateways");
        json.WriteStartArray();
        foreach (var gateway in federation.Gateways)
        {
            json.WriteStartObject();
            json.Text("address", gateway.Name);
            json.Key("name");
            json.WriteValue(gateway.Node?.ToString());
            json.Text("presence", KeyOf(gateway.Presence.ToString()));
            json.Number("since_seconds", (stats.ElapsedMilliseconds - gateway.SinceMilliseconds) / 1000);
            json.Number("sent", gateway.Sent);
            json.Number("received", gateway.Received);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string KeyOf(string name) => SnakeCase.GetPropertyName(name, hasSpecifiedName: false);
}
