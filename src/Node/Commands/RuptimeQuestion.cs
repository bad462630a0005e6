using System.Buffers;
using System.Runtime.ExceptionServices;
using Rwho.Node.Client;
using Rwho.Node.Linux;
using Rwho.Protocol;

namespace Rwho.Node.Commands;

/// <summary>What ruptime is to show, asked of a node.</summary>
/// <param name="Names">Only these hosts; none for all.</param>
internal sealed record RuptimeQuestion(RuptimeOptions Options, string[] Names, bool IsJson)
{
    private readonly HashSet<string> wanted = [.. Names];

    public bool IsWanted(HostName host) => wanted.Count == 0 || wanted.Contains(host.ToString());

    /// <summary>The request line; null when more hosts are named than it has room for.</summary>
    public string? Request
    {
        get
        {
            List<string> words = [IsJson ? "json" : "ruptime"];
            if (!IsJson && Flags.Length > 0) words.Add("-" + Flags);
            if (Askable.Any(name => name.StartsWith('-'))) words.Add("--");
            var line = string.Join(' ', words.Concat(Askable));
            return line.Length <= NodeClient.MaxRequestBytes ? line : null;
        }
    }

    // A word that is no host's name stays here: no node has such a host.
    private IEnumerable<string> Askable => wanted.Where(name => HostName.TryParse(name, out _));

    private string Flags => (Options.All ? "a" : "") + (Options.Reverse ? "r" : "") + Options.Order switch
    {
        RuptimeOrder.Load => "l",
        RuptimeOrder.Uptime => "t",
        RuptimeOrder.Users => "u",
        _ => "",
    };

    /// <summary>Asks and prints; false when there are no such hosts.</summary>
    public async Task<bool> AskAsync(NodeClient node, CancellationToken cancelled)
    {
        if (Request is { } request && (wanted.Count == 0 || Askable.Any()))
        {
            if (!IsJson) return await node.AskAsync(request, Programs.PrintReply, cancelled).ConfigureAwait(false);
            await node.AskForDocumentAsync(request, Programs.PrintReply, cancelled).ConfigureAwait(false);
            return true;
        }

        // Asked for all, and chosen here: in several replies the columns and the order would be those of each.
        var document = new ArrayBufferWriter<byte>();
        await node.AskForDocumentAsync("json", part => document.Write(part.Span), cancelled).ConfigureAwait(false);
        var bytes = document.WrittenMemory[..^1];
        if (!BoardLine.TryRead(bytes, out var board) || !board.IsBoard)
            throw new NodeException($"{node.Node} does not answer in a way that is understood here");
        if (IsJson)
        {
            Programs.PrintReply(board.Only(bytes, IsWanted));
            return true;
        }

        var output = new ArrayBufferWriter<byte>();
        RuptimeText.Write(output, [.. board.Hosts.Where(host => IsWanted(host.Name)).Select(host => host.Status)],
            Options, board.Time);
        Programs.Print(output.WrittenSpan);
        return output.WrittenCount > 0;
    }

    /// <summary>Shows the changes until told to stop, or until nobody reads any more.</summary>
    /// <exception cref="ExitException">Standard output does not take it.</exception>
    public async Task WatchAsync(NodeClient node, EndSignals signals)
    {
        Exception? failed = null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        using (var view = ViewOn(node.Node.ToString(), failure =>
        {
            if (Interlocked.CompareExchange(ref failed, failure, null) is null) ended.Cancel();
        }))
        {
            signals.Abandoning = view.Abandon;
            await new Watcher(node, view).RunAsync(ended.Token).ConfigureAwait(false);
        }

        if (failed is IOException failure)
        {
            if (StandardOutput.IsClosed(failure)) return;
            throw new ExitException(ExitStatus.InputOutput, $"cannot write: {failure.Message}");
        }

        if (failed is not null) ExceptionDispatchInfo.Throw(failed);
    }

    private IWatchView ViewOn(string node, Action<Exception> failed)
    {
        var output = new StandardOutput();
        if (IsJson) return new JsonLineView(IsWanted, output, Console.Error, failed);
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb")
            return new LineView(IsWanted, Options, output, Console.Error, failed);
        var hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new TerminalView(new WatchedBoard(IsWanted), new BoardScreen(node, Options, hasColours), output, failed);
    }
}
