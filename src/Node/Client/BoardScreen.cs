using System.Buffers;
using System.Globalization;
using System.Text;
using Rwho.Protocol;

namespace Rwho.Node.Client;

/// <summary>The board as a terminal shows it: what to write for one whole picture.</summary>
/// <param name="node">Whose board it is.</param>
/// <param name="hasColours">Down hosts in red; without, changed ones are still bold.</param>
internal sealed class BoardScreen(string node, RuptimeOptions options, bool hasColours)
{
    /// <summary>A screen of its own, without a cursor.</summary>
    public const string Enter = "\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J";

    /// <summary>What was there before, with its cursor.</summary>
    public const string Leave = "\u001b[0m\u001b[?25h\u001b[?1049l";

    private const string Home = "\u001b[H";
    private const string RestOfLine = "\u001b[K";
    private const string RestOfScreen = "\u001b[J";
    private const string Red = "\u001b[31m";
    private const string Bold = "\u001b[1m";
    private const string Plain = "\u001b[0m";

    private const int TitleLines = 2;

    // As in the report: a longer name widens the column, and keeps a blank behind it.
    private const int NameWidth = 12;

    /// <param name="trouble">Why the node does not answer now; null while it does.</param>
    /// <param name="columns">The window's width.</param>
    /// <param name="lines">The window's height.</param>
    public byte[] Draw(WatchedBoard board, string? trouble, TimeSpan now, int columns, int lines)
    {
        var time = board.NodeTime(now);
        var hosts = board.Hosts;
        var report = new ArrayBufferWriter<byte>();
        RuptimeText.Write(report, hosts, options, time);
        var rows = Encoding.ASCII.GetString(report.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var nameWidth = hosts.Select(host => host.Datagram.Host.Length).Where(length => length > NameWidth)
            .Select(length => length + 1).DefaultIfEmpty(NameWidth).Max();
        var picture = new StringBuilder(Home);
        var room = Math.Max(lines, 1);
        AddLine(picture, Crop(trouble ?? Title(hosts, time), columns), trouble is null ? "" : Red, ref room);
        if (room >= TitleLines) AddLine(picture, "", "", ref room);
        var changed = board.Changed(now);
        for (var i = 0; i < rows.Length && room > 0; i++)
        {
            var isLast = room == 1 && i < rows.Length - 1;
            if (isLast) AddLine(picture, Crop($"... and {rows.Length - i} more", columns), "", ref room);
            else AddLine(picture, Crop(rows[i], columns), StyleOf(rows[i], nameWidth, changed), ref room);
        }

        return Encoding.UTF8.GetBytes(picture.Append(RestOfScreen).ToString());
    }

    private string Title(IReadOnlyList<HostStatus> hosts, long time)
    {
        var down = hosts.Count(host => host.IsDown(time));
        return string.Create(CultureInfo.InvariantCulture,
            $"{NodeClock.Show(time)}  {node}: {hosts.Count - down} up, {down} down. Ctrl-C ends.");
    }

    private static string StyleOf(string row, int nameWidth, HashSet<string> changed)
    {
        var isDown = row.AsSpan(nameWidth).StartsWith("down");
        return (changed.Contains(row[..nameWidth].TrimEnd()) ? Bold : "") + (isDown ? Red : "");
    }

    private void AddLine(StringBuilder picture, string text, string style, ref int room)
    {
        if (!hasColours) style = style.Replace(Red, "", StringComparison.Ordinal);
        picture.Append(style).Append(text);
        if (style.Length > 0) picture.Append(Plain);
        picture.Append(RestOfLine);
        if (--room > 0) picture.Append("\r\n");
    }

    // A cell a character: what comes from hosts is ASCII.
    private static string Crop(string text, int columns) =>
        PrintableText.Of(text.Length > columns ? text[..Math.Max(columns, 0)] : text);
}
