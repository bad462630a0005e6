using System.Buffers;
using System.Globalization;
using System.Text;
using Rwho.Protocol;

namespace Rwho.Node.Client;

/// <summary>A line a change, for a file or another program: time, event, and the host's row of ruptime.</summary>
/// <param name="isWanted">Which hosts to tell of.</param>
/// <param name="failed">Told when output takes no more.</param>
internal sealed class LineView(
    Func<HostName, bool> isWanted, RuptimeOptions options, Stream output, TextWriter errors, Action<Exception> failed)
    : IWatchView
{
    private bool isLost;

    public void Take(BoardLine line, ReadOnlyMemory<byte> bytes)
    {
        isLost = false;
        var hosts = line.Hosts.Where(host => isWanted(host.Name)).Select(host => host.Status).ToList();
        var report = new ArrayBufferWriter<byte>();
        RuptimeText.Write(report, hosts, options, line.Time);
        var clock = NodeClock.Show(line.Time);
        var text = new StringBuilder();
        var kind = PrintableText.Of(line.Event ?? "board");
        foreach (var row in Encoding.ASCII.GetString(report.WrittenSpan).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(CultureInfo.InvariantCulture, $"{clock} {kind,-9}  {row}\n");
        }

        if (text.Length > 0) PipeOutput.Write(output, Encoding.ASCII.GetBytes(text.ToString()), failed);
    }

    /// <summary>Told once, however often it is tried again.</summary>
    public void Lost(string reason)
    {
        if (isLost) return;
        isLost = true;
        errors.WriteLine($"ruptime: {PrintableText.Of(reason)}; trying again");
    }

    public void Abandon()
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>The lines of JSON as they come, but for what a terminal would obey.</summary>
internal sealed class JsonLineView(
    Func<HostName, bool> isWanted, Stream output, TextWriter errors, Action<Exception> failed) : IWatchView
{
    private bool isLost;

    public void Take(BoardLine line, ReadOnlyMemory<byte> bytes)
    {
        isLost = false;
        if (line.Only(bytes, isWanted) is { } wanted) PipeOutput.Write(output, ReplyText.Of(wanted).Span, failed);
    }

    public void Lost(string reason)
    {
        if (isLost) return;
        isLost = true;
        errors.WriteLine($"ruptime: {PrintableText.Of(reason)}; trying again");
    }

    public void Abandon()
    {
    }

    public void Dispose()
    {
    }
}

internal static class PipeOutput
{
    public static void Write(Stream output, ReadOnlySpan<byte> bytes, Action<Exception> failed)
    {
        try
        {
            output.Write(bytes);
        }
        catch (IOException failure)
        {
            failed(failure);
        }
    }
}
