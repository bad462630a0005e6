using System.Buffers;
using Rwho.Actors.Hosts;
using Rwho.Protocol;

namespace Rwho.Actors.Query;

/// <summary>
/// The board as JSON: one line of ASCII each. Keys and their order are the protocol, frozen by golden files; hosts
/// stand by the bytes of their names. Times are seconds since 1970, those of the wire unfolded to the ones nearest now.
/// Bytes of text outside printable ASCII are <c>\u00xx</c>, so that every name can be had back.
/// </summary>
public static class BoardJson
{
    /// <summary>The answer to <c>json</c>.</summary>
    /// <param name="rows">In any order; all that are to be in it.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static void WriteBoard(
        IBufferWriter<byte> output, HostName node, IReadOnlyList<HostRow> rows, long now)
    {
        using var json = new JsonDocument(output);
        json.Begin();
        json.Text("node", node);
        json.Number("time", now);
        WriteHosts(json, rows, row => row.Status.IsDown(now), now);
        json.End();
    }

    /// <summary>The first line of a watch: every host.</summary>
    /// <param name="isDown">What further lines go on from.</param>
    public static void WriteBoardLine(
        IBufferWriter<byte> output, IReadOnlyList<HostRow> rows, Func<HostRow, bool> isDown, long now)
    {
        using var json = new JsonDocument(output);
        BeginEvent(json, ChangeKind.Board, now);
        WriteHosts(json, rows, isDown, now);
        json.End();
    }

    /// <summary>Each further line of a watch.</summary>
    public static void WriteChange(IBufferWriter<byte> output, HostChange change, long now)
    {
        using var json = new JsonDocument(output);
        BeginEvent(json, change.Kind, now);
        json.Key("host");
        WriteHost(json, change.Row, change.IsDown, now);
        json.End();
    }

    private static void BeginEvent(JsonDocument json, ChangeKind kind, long now)
    {
        json.Begin();
        json.Text("event", NameOf(kind));
        json.Number("time", now);
    }

    private static void WriteHosts(
        JsonDocument json, IReadOnlyList<HostRow> rows, Func<HostRow, bool> isDown, long now)
    {
        var count = rows.Count;
        var names = ArrayPool<HostName>.Shared.Rent(count);
        var sorted = ArrayPool<HostRow>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            sorted[i] = rows[i];
            names[i] = rows[i].Host;
        }

        Array.Sort(names, sorted, 0, count);
        json.Key("hosts");
        json.WriteStartArray();
        foreach (var row in sorted.AsSpan(0, count)) WriteHost(json, row, isDown(row), now);
        json.WriteEndArray();
        ArrayPool<HostName>.Shared.Return(names);
        ArrayPool<HostRow>.Shared.Return(sorted, clearArray: true);
    }

    private static void WriteHost(JsonDocument json, HostRow row, bool isDown, long now)
    {
        var datagram = row.Status.Datagram;
        json.WriteStartObject();
        json.Text("name", datagram.Host);
        json.Text("state", isDown ? "down" : "up");
        json.NumberOrNull("uptime_seconds", isDown ? null : datagram.UptimeSeconds);
        json.NumberOrNull("down_seconds", isDown ? Math.Max(0, now - row.Status.ReceiveTime) : null);
        json.Number("boot_time", WhoTime.Unfold(datagram.BootTime, now));
        json.Number("sent", WhoTime.Unfold(datagram.SendTime, now));
        json.Number("received", row.Status.ReceiveTime);
        json.Key("load");
        WriteLoad(json, datagram.Load);
        json.Key("users");
        json.WriteStartArray();
        for (var i = 0; i < datagram.EntryCount; i++) WriteUser(json, datagram.Entry(i), now);
        json.WriteEndArray();
        json.Text("via", NameOf(row.Via));
        json.Text("address", row.Address);
        json.Key("conflict");
        json.WriteValue(row.Conflict is not null);
        json.WriteEndObject();
    }

    private static void WriteLoad(JsonDocument json, LoadAverages load)
    {
        json.WriteStartArray();
        json.Hundredths(load.One);
        json.Hundredths(load.Five);
        json.Hundredths(load.Fifteen);
        json.WriteEndArray();
    }

    private static void WriteUser(JsonDocument json, WhodEntry user, long now)
    {
        json.WriteStartObject();
        json.Text("name", user.Name);
        json.Text("line", user.Line);
        json.Number("login_time", WhoTime.Unfold(user.LoginTime, now));
        json.Number("idle_seconds", user.IdleSeconds);
        json.WriteEndObject();
    }

    private static string NameOf(Via via) => via switch
    {
        Via.Self => "self",
        Via.Spool => "spool",
        Via.Neighbour => "neighbour",
        Via.Cluster => "cluster",
        _ => "lan",
    };

    private static string NameOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Board => "board",
        ChangeKind.New => "new",
        ChangeKind.Status => "status",
        ChangeKind.Users => "users",
        ChangeKind.Down => "down",
        ChangeKind.Up => "up",
        ChangeKind.Forgotten => "forgotten",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
