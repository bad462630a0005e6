using System.Diagnostics.CodeAnalysis;
using System.Text;
using Newtonsoft.Json;
using Rwho.Protocol;

namespace Rwho.Node.Client;

/// <summary>A host in a node's JSON.</summary>
/// <param name="Place">Where its object stands in the line.</param>
internal sealed record ListedHost(HostStatus Status, Range Place)
{
    public HostName Name => Status.Datagram.Host;
}

/// <summary>A line of JSON from a node: the answer to <c>json</c>, or a line of <c>watch</c>.</summary>
/// <param name="Event">Null in the answer to <c>json</c>.</param>
/// <param name="Time">The node's clock, seconds since 1970.</param>
/// <param name="IsBoard">Whether it tells of all hosts; else of one.</param>
internal sealed record BoardLine(string? Event, long Time, IReadOnlyList<ListedHost> Hosts, bool IsBoard)
{
    private const int Schema = 1;

    /// <summary>Reads a line; keys that are not known are passed over. Never throws, whatever the bytes are.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out BoardLine? line)
    {
        line = null;
        // The reader of JSON counts lines, and places are told by columns of the first one.
        if (bytes.Span.ContainsAny((byte)'\r', (byte)'\n')) return false;
        try
        {
            using var json = new JsonTextReader(new StringReader(Encoding.Latin1.GetString(bytes.Span)))
            {
                FloatParseHandling = FloatParseHandling.Decimal,
                DateParseHandling = DateParseHandling.None,
            };
            line = Read(json);
            return line is not null;
        }
        catch (Exception failure) when (
            failure is JsonException or InvalidCastException or OverflowException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The same line with these hosts only; null for a change of another one.</summary>
    public byte[]? Only(ReadOnlyMemory<byte> bytes, Func<HostName, bool> isWanted)
    {
        if (Hosts.All(host => isWanted(host.Name))) return [.. bytes.Span, (byte)'\n'];
        if (!IsBoard) return null;
        var output = new List<byte>(bytes.Length);
        output.AddRange(bytes.Span[..Hosts[0].Place.Start.Value]);
        var isFirst = true;
        foreach (var host in Hosts.Where(host => isWanted(host.Name)))
        {
            if (!isFirst) output.Add((byte)',');
            output.AddRange(bytes.Span[host.Place]);
            isFirst = false;
        }

        output.AddRange(bytes.Span[Hosts[^1].Place.End.Value..]);
        output.Add((byte)'\n');
        return [.. output];
    }

    private static BoardLine? Read(JsonTextReader json)
    {
        long schema = 0, time = -1;
        string? name = null;
        var (boards, changes) = (0, 0);
        List<ListedHost> hosts = [];
        foreach (var key in Keys(json))
        {
            switch (key)
            {
                case "schema": schema = Number(json); break;
                case "time": time = Number(json); break;
                case "event": name = Text(json); break;
                case "host":
                    changes++;
                    hosts.Add(ReadHost(json));
                    break;
                case "hosts":
                    boards++;
                    foreach (var _ in Items(json)) hosts.Add(ReadHost(json));
                    break;
                default: json.Skip(); break;
            }
        }

        var isTime = time >= 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        // Of all hosts or of one: places in both, or in several lists, could not be cut out.
        var isWhole = (boards, changes) is (1, 0) || ((boards, changes) is (0, 1) && name is not null);
        return schema == Schema && isTime && isWhole ? new BoardLine(name, time, hosts, boards == 1) : null;
    }

    private static ListedHost ReadHost(JsonTextReader json)
    {
        var start = json.LinePosition - 1;
        byte[] name = [];
        long booted = 0, sent = 0, received = 0;
        List<int> load = [];
        List<WhodEntry> users = [];
        foreach (var key in Keys(json))
        {
            switch (key)
            {
                case "name": name = Encoding.Latin1.GetBytes(Text(json)); break;
                case "boot_time": booted = Number(json); break;
                case "sent": sent = Number(json); break;
                case "received": received = Number(json); break;
                case "load":
                    foreach (var value in Items(json)) load.Add((int)(Convert.ToDecimal(value, null) * 100));
                    break;
                case "users":
                    foreach (var _ in Items(json)) users.Add(ReadUser(json));
                    break;
                default: json.Skip(); break;
            }
        }

        if (load.Count != WhodLayout.LoadCount || name.Length is 0 or > HostName.MaxBytes)
            throw new FormatException("not a host");
        var status = new WhodStatus(HostName.FromField(name), WhoTime.Fold(sent), WhoTime.Fold(booted),
            new LoadAverages(load[0], load[1], load[2]), [.. users]);
        return new ListedHost(
            new HostStatus(WhodCodec.ToDatagram(status), received), start..json.LinePosition);
    }

    private static WhodEntry ReadUser(JsonTextReader json)
    {
        string name = "", line = "";
        long login = 0, idle = 0;
        foreach (var key in Keys(json))
        {
            switch (key)
            {
                case "name": name = Text(json); break;
                case "line": line = Text(json); break;
                case "login_time": login = Number(json); break;
                case "idle_seconds": idle = Number(json); break;
                default: json.Skip(); break;
            }
        }

        return WhodEntry.Create(line, name, WhoTime.Fold(login), checked((int)idle));
    }

    /// <summary>The keys of an object, the reader at the value of each; it must be taken or skipped.</summary>
    private static IEnumerable<string> Keys(JsonTextReader json)
    {
        if (json.TokenType == JsonToken.None) json.Read();
        if (json.TokenType != JsonToken.StartObject) throw new FormatException("not an object");
        while (json.Read() && json.TokenType == JsonToken.PropertyName)
        {
            var key = (string)json.Value!;
            json.Read();
            yield return key;
        }

        if (json.TokenType != JsonToken.EndObject) throw new FormatException("an object without an end");
    }

    private static IEnumerable<object?> Items(JsonTextReader json)
    {
        if (json.TokenType != JsonToken.StartArray) throw new FormatException("not a list");
        while (json.Read() && json.TokenType != JsonToken.EndArray) yield return json.Value;
        if (json.TokenType != JsonToken.EndArray) throw new FormatException("a list without an end");
    }

    private static long Number(JsonTextReader json) =>
        json.Value is long number ? number : throw new FormatException("not a number");

    private static string Text(JsonTextReader json) =>
        json.Value as string ?? throw new FormatException("not a text");
}
