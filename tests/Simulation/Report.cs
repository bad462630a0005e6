using System.Globalization;
using Newtonsoft.Json;
using Rwho.Tests.Simulation.Checks;
using Rwho.Tests.Simulation.Networks;
using Rwho.Tests.Simulation.Scenarios;

namespace Rwho.Tests.Simulation;

/// <summary>What came of a run.</summary>
internal sealed record Report
{
    public required int Seed { get; init; }

    public required SiteOptions Options { get; init; }

    public required string Topology { get; init; }

    public required TimeSpan Took { get; init; }

    public required TimeSpan Virtual { get; init; }

    /// <summary>Of the trace: the same for the same seed and program.</summary>
    public required string Digest { get; init; }

    public required long Events { get; init; }

    /// <summary>Between actors.</summary>
    public required long Messages { get; init; }

    public required Traffic Traffic { get; init; }

    /// <summary>From a status's being sent to its being on a board, over all boards.</summary>
    public required Latencies Travel { get; init; }

    /// <summary>From a host's start to its being on a board, over all boards.</summary>
    public required Latencies Arrivals { get; init; }

    /// <summary>From a host's end to its being called down, over all boards.</summary>
    public required Latencies RealDowns { get; init; }

    public required long FalseDowns { get; init; }

    public required int LargestTable { get; init; }

    /// <summary>Most datagrams that ever waited at one socket.</summary>
    public required int LargestQueue { get; init; }

    /// <summary>Datagrams that found a receive buffer full.</summary>
    public required long Dropped { get; init; }

    /// <summary>By host.</summary>
    public required IReadOnlyList<(long Datagrams, long Bytes)> Received { get; init; }

    public long Deliveries => Received.Sum(host => host.Datagrams);

    public required IReadOnlyList<string> Violations { get; init; }

    public void Print(TextWriter output)
    {
        var text = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(text, $"seed {Seed}: {Topology}"));
        output.WriteLine(string.Create(text,
            $"  {Virtual.TotalHours:0.##} h in {Took.TotalSeconds:0.0} s; {Deliveries} datagrams delivered, "
            + $"{Messages} messages between actors"));
        Print(output, "a status is on a board", Travel);
        Print(output, "a new host is on a board", Arrivals);
        Print(output, "a dead host is called down", RealDowns);
        output.WriteLine(string.Create(text,
            $"  false downs: {FalseDowns} (a row, each two minutes); largest table {LargestTable}, "
            + $"receive queue {LargestQueue}, {Dropped} dropped there"));
        foreach (var (lan, (datagrams, bytes)) in Traffic.ByLan.OrderBy(pair => pair.Key))
            output.WriteLine(string.Create(text,
                $"  LAN {lan}: {datagrams / Virtual.TotalMinutes:0.0} datagrams, "
                + $"{bytes / Virtual.TotalMinutes:0} bytes a minute"));
        foreach (var ((from, to), (datagrams, bytes)) in Traffic.ByLink.OrderBy(pair => pair.Key).Take(20))
            output.WriteLine(string.Create(text,
                $"  h{from} to {Address.ToIP(to)}: {datagrams / Virtual.TotalMinutes:0.0} datagrams, "
                + $"{bytes / Virtual.TotalMinutes:0} bytes a minute"));
        output.WriteLine($"digest {Digest}");
    }

    public void WriteJson(TextWriter output)
    {
        using var json = new JsonTextWriter(output) { Formatting = Formatting.Indented, CloseOutput = false };
        json.WriteStartObject();
        Write(json, "seed", Seed);
        Write(json, "hosts", Options.Hosts);
        Write(json, "lans", Options.Lans);
        Write(json, "topology", Topology);
        Write(json, "virtual_seconds", Virtual.TotalSeconds);
        Write(json, "seconds", Math.Round(Took.TotalSeconds, 3));
        Write(json, "deliveries", Deliveries);
        Write(json, "delivered_bytes", Received.Sum(host => host.Bytes));
        Write(json, "messages", Messages);
        Write(json, "travel", Travel);
        Write(json, "arrivals", Arrivals);
        Write(json, "real_downs", RealDowns);
        Write(json, "false_downs", FalseDowns);
        Write(json, "largest_table", LargestTable);
        Write(json, "largest_queue", LargestQueue);
        Write(json, "dropped", Dropped);
        Write(json, "networks", Traffic.ByLan.OrderBy(pair => pair.Key)
            .Select(pair => (string.Create(CultureInfo.InvariantCulture, $"{pair.Key}"), pair.Value)));
        Write(json, "links", Traffic.ByLink.OrderBy(pair => pair.Key)
            .Select(pair => ($"h{pair.Key.From} to {Address.ToIP(pair.Key.To)}", pair.Value)));
        Write(json, "received", Received.Select((count, i) => ($"h{i}", count)));
        json.WritePropertyName("violations");
        json.WriteStartArray();
        foreach (var violation in Violations) json.WriteValue(violation);
        json.WriteEndArray();
        Write(json, "digest", Digest);
        json.WriteEndObject();
        output.WriteLine();
    }

    private static void Print(TextWriter output, string what, Latencies latencies)
    {
        if (latencies.Count == 0) return;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what}: half within {latencies.Within(0.5) / 1e6:0.000} s, "
            + $"99 % within {latencies.Within(0.99) / 1e6:0.000} s, all within {latencies.Worst / 1e6:0.000} s "
            + $"({latencies.Count})"));
    }

    private static void Write(JsonTextWriter json, string key, object value)
    {
        json.WritePropertyName(key);
        json.WriteValue(value);
    }

    private static void Write(JsonTextWriter json, string key, Latencies latencies)
    {
        json.WritePropertyName(key);
        json.WriteStartObject();
        Write(json, "count", latencies.Count);
        Write(json, "half_seconds", latencies.Within(0.5) / 1e6);
        Write(json, "p99_seconds", latencies.Within(0.99) / 1e6);
        Write(json, "worst_seconds", latencies.Worst / 1e6);
        json.WriteEndObject();
    }

    private static void Write(
        JsonTextWriter json, string key, IEnumerable<(string Name, (long Datagrams, long Bytes) Count)> counts)
    {
        json.WritePropertyName(key);
        json.WriteStartObject();
        foreach (var (name, (datagrams, bytes)) in counts)
        {
            json.WritePropertyName(name);
            json.WriteStartObject();
            Write(json, "datagrams", datagrams);
            Write(json, "bytes", bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
