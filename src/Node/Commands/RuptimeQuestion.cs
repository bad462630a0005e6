using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Rwho.Node.Client;
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
            return await node.AskAsync(request, Programs.PrintReply, cancelled).ConfigureAwait(false);

        // Asked for all, and chosen here: in several replies the columns and the order would be those of each.
        var document = new ArrayBufferWriter<byte>();
        await node.AskAsync("json", part => document.Write(part.Span), cancelled).ConfigureAwait(false);
        var bytes = document.WrittenMemory[..^1];
        if (!BoardLine.TryRead(bytes, out var board))
            throw new NodeException($"{node.Node} does not answer in a way that is understood here");
        if (IsJson)
        {
            Programs.Print(board.Only(bytes, IsWanted));
            return true;
        }

        var output = new ArrayBufferWriter<byte>();
        RuptimeText.Write(output, [.. board.Hosts.Where(host => IsWanted(host.Name)).Select(host => host.Status)],
            Options, board.Time);
        Programs.Print(output.WrittenSpan);
        return output.WrittenCount > 0;
    }

    /// <summary>Shows the changes until told to stop, or until nobody reads any more.</summary>
    public async Task WatchAsync(NodeClient node, CancellationToken cancelled)
    {
        const int StandardOutput = 1;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);

        // Not the console's stream, which hides that nobody reads any more.
        using var handle = new SafeFileHandle(StandardOutput, ownsHandle: false);
        var output = new FileStream(handle, FileAccess.Write, bufferSize: 0);
        await using (output.ConfigureAwait(false))
        {
            using var view = ViewOn(output, node.Node.ToString(), ended.Cancel);
            await new Watcher(node, view).RunAsync(ended.Token).ConfigureAwait(false);
        }
    }

    private IWatchView ViewOn(Stream output, string node, Action failed)
    {
        if (IsJson) return new JsonLineView(IsWanted, output, Console.Error, failed);
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb")
            return new LineView(IsWanted, Options, output, Console.Error, failed);
        var hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new TerminalView(new WatchedBoard(IsWanted), new BoardScreen(node, Options, hasColours), output, failed);
    }
}
