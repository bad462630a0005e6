using System.Buffers;
using System.Text;
using System.Text.Json;
using Rwho.Node.Client;
using Rwho.Protocol;
using static Rwho.Tests.Fuzz.BrokenRuleException;

namespace Rwho.Tests.Fuzz.Readers;

/// <summary>What a node tells a client, which shows it on a terminal.</summary>
internal sealed class BoardTarget() : Target("board", 2048)
{
    private const string Host = "{\"name\":\"beta\",\"state\":\"up\",\"uptime_seconds\":86461,\"down_seconds\":null,"
        + "\"boot_time\":1795152694,\"sent\":1795239150,\"received\":1795239150,\"load\":[0.32,0.21,0.12],\"users\":"
        + "[{\"name\":\"ann\",\"line\":\"pts/0\",\"login_time\":1795238000,\"idle_seconds\":59}],"
        + "\"via\":\"lan\",\"address\":\"10.9.0.2\",\"conflict\":false}";

    private static readonly string Other = Host.Replace("beta", "gamma", StringComparison.Ordinal);

    private static readonly byte[][] Language = WordList.Of(
        "\"schema\":1,", "\"time\":1,", "\"hosts\":[", "\"host\":", "\"event\":\"up\",", "\"event\":\"forgotten\",",
        "\"name\":\"", "\"load\":[1,2,3]", "\"users\":[]", "\"received\":", "253402300799", "-9223372036854775808",
        "9223372036854775807", "1e99", "0.005", "null", "true", "{", "}", "[", "]", ",", ":", "\"", "\\u001b",
        "\\u0000",
        "//", "/*", "*/", "\r", "\t", Host, "," + Host);

    private const int Lines = 24;

    private static readonly string[] Orders =
        ["\u001b[H", "\u001b[K", "\u001b[J", "\u001b[31m", "\u001b[1m", "\u001b[0m", "\r\n"];

    private static readonly TimeSpan[] Waits = [TimeSpan.Zero, TimeSpan.FromHours(1)];

    private readonly BoardScreen screen = new("here", new RuptimeOptions(true, RuptimeOrder.Uptime, false),
        hasColours: true);

    private readonly ArrayBufferWriter<byte> output = new();

    public override IReadOnlyList<byte[]> Words => Language;

    public override IEnumerable<byte[]> Seeds => WordList.Of(
        $"{{\"schema\":1,\"node\":\"alpha\",\"time\":1795239155,\"hosts\":[{Host},{Other}]}}",
        $"{{\"schema\":1,\"event\":\"users\",\"time\":1795239155,\"host\":{Host}}}",
        "{\"schema\":1,\"event\":\"board\",\"time\":1795239155,\"hosts\":[]}");

    public override Outcome Check(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        CheckPrintable(ReplyText.Of(bytes).Span);
        if (input.Contains((byte)'\n') || !BoardLine.TryRead(bytes, out var line)) return new Outcome(Depth.Refused, 0);
        var board = new WatchedBoard(_ => true);
        board.Apply(line, TimeSpan.Zero);
        foreach (var wait in Waits) CheckPicture(screen.Draw(board, null, wait, 80, Lines));
        output.ResetWrittenCount();
        RuptimeText.Write(output, board.Hosts, new RuptimeOptions(true, RuptimeOrder.Load, true), line.Time);
        CheckPrintable(output.WrittenSpan);
        Unless(output.WrittenSpan.Count((byte)'\n') == board.Hosts.Count, "each host has a line");
        var kept = line.Only(bytes, name => name.Length % 2 == 0);
        if (kept is not null && line.IsBoard && IsJson(bytes)) CheckKept(kept, line);
        return new Outcome(Depth.Taken, 1 + Math.Min(line.Hosts.Count, 15) + (line.IsBoard ? 16 : 0)
            + (kept is null ? 32 : 0));
    }

    // What is left without the screen's own orders.
    private static void CheckPicture(byte[] picture)
    {
        var text = Encoding.Latin1.GetString(picture);
        foreach (var order in Orders) text = text.Replace(order, "", StringComparison.Ordinal);
        CheckPrintable(Encoding.Latin1.GetBytes(text));
        Unless(picture.Count(at => at == '\n') < Lines, "a picture has as many lines as the window");
    }

    // By RFC 8259: the reader that the product has is more lenient, with commas at the end of a list, say.
    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void CheckKept(byte[] kept, BoardLine line)
    {
        Unless(kept[^1] == '\n', "a line has its end");
        Unless(IsJson(kept), "what is left out of JSON leaves JSON");
        Unless(BoardLine.TryRead(kept.AsMemory(..^1), out var again), "what is left out of a line leaves a line");
        Unless(again.Event == line.Event && again.Time == line.Time, "the rest of it stays");
        var wanted = line.Hosts.Where(host => host.Name.Length % 2 == 0).Select(host => host.Name);
        Unless(again.Hosts.Select(host => host.Name).SequenceEqual(wanted), "only hosts asked for are left");
    }

    private static void CheckPrintable(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
            Unless(character is (byte)'\n' or (>= (byte)' ' and <= (byte)'~'), "a terminal gets printable ASCII");
    }
}
