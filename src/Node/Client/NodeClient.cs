using Rwho.Protocol;

namespace Rwho.Node.Client;

/// <summary>Asks a node. A reply is handed on while it comes: however long, it takes no more memory.</summary>
internal sealed class NodeClient(NodeAddress node, TimeSpan timeout) : IDisposable
{
    /// <summary>The longest request line, its end not counted.</summary>
    public const int MaxRequestBytes = 512;

    /// <summary>As much of a reply as is taken at once.</summary>
    public const int ChunkBytes = 64 << 10;

    private const int LongestError = 512;

    /// <summary>How long a node is waited for, unless told otherwise.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(3);

    private static readonly byte[] ErrorPrefix = "error: "u8.ToArray();

    private NodeConnection? connected;

    public NodeAddress Node => node;

    /// <summary>How long to wait for a connection, and for each next part of a reply.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>Connects ahead of the first request; false where nobody listens.</summary>
    public async Task<bool> TryConnectAsync(CancellationToken cancelled)
    {
        try
        {
            connected ??= await NodeConnection.ConnectAsync(node, timeout, cancelled).ConfigureAwait(false);
            return true;
        }
        catch (NodeException)
        {
            return false;
        }
    }

    /// <summary>Connects and sends a request; what comes back is the caller's to read.</summary>
    /// <exception cref="NodeException">The node cannot be reached.</exception>
    public async Task<NodeConnection> OpenAsync(string request, CancellationToken cancelled)
    {
        if (request.Length > MaxRequestBytes) throw new ArgumentException("longer than a request", nameof(request));
        var connection = connected ?? await NodeConnection.ConnectAsync(node, timeout, cancelled).ConfigureAwait(false);
        connected = null;
        await connection.RequestAsync(request, cancelled).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Asks, and hands on the reply; false for one that is empty.</summary>
    /// <exception cref="NodeException">There is none, it is an error, or it is not whole.</exception>
    public async Task<bool> AskAsync(string request, Action<ReadOnlyMemory<byte>> take, CancellationToken cancelled)
    {
        if (await CopyAsync(request, take, cancelled).ConfigureAwait(false) == Ending.Whole) return true;

        // Nothing at all: nothing to tell, a lost connection, or nobody who wants to be asked. What is always answered
        // tells the last one from the others.
        if (await CopyAsync("version", _ => { }, cancelled).ConfigureAwait(false) != Ending.Whole) throw Refuses(node);
        return await CopyAsync(request, take, cancelled).ConfigureAwait(false) switch
        {
            Ending.Whole => true,
            Ending.Empty => false,
            _ => throw new NodeException($"{node} lost the connection before its reply; try again"),
        };
    }

    /// <summary>Asks for the board as a document, of these hosts or of all.</summary>
    /// <exception cref="NodeException">There is none, it is an error, or it is not whole.</exception>
    public async Task AskForDocumentAsync(
        string request, Action<ReadOnlyMemory<byte>> take, CancellationToken cancelled)
    {
        if (!await AskAsync(request, take, cancelled).ConfigureAwait(false))
            throw new NodeException($"{node} answers json with nothing; see its log");
    }

    public void Dispose() => connected?.Dispose();

    public static NodeException Refuses(NodeAddress node) => new($"{node} refuses to answer (see --allow there)");

    /// <summary>What a node says instead of a reply.</summary>
    /// <param name="line">Begins with <c>error: </c>.</param>
    public static NodeException Error(NodeAddress node, ReadOnlySpan<byte> line)
    {
        line = line[ErrorPrefix.Length..];
        var reason = PrintableText.Of(line.TrimEnd("\r\n"u8)).Trim();
        var isBusy = reason.StartsWith("busy", StringComparison.Ordinal);
        return new NodeException($"{node} answers: {reason}", isBusy ? ExitStatus.Unavailable : ExitStatus.Usage);
    }

    public static NodeException EndedInTheMiddle(NodeAddress node) => new($"{node} ended in the middle of its reply");

    public static bool IsError(ReadOnlySpan<byte> reply) => reply.StartsWith(ErrorPrefix);

    private async Task<Ending> CopyAsync(string request, Action<ReadOnlyMemory<byte>> take, CancellationToken cancelled)
    {
        using var connection = await OpenAsync(request, cancelled).ConfigureAwait(false);
        var buffer = new byte[ChunkBytes];
        var start = await ReadStartAsync(connection, buffer, cancelled).ConfigureAwait(false);
        if (start == 0) return connection.IsLost ? Ending.Lost : Ending.Empty;
        if (IsError(buffer.AsSpan(0, start))) throw Error(node, buffer.AsSpan(0, Math.Min(start, LongestError)));
        var count = start;
        byte last;
        do
        {
            last = buffer[count - 1];
            take(buffer.AsMemory(0, count));
            count = await connection.ReadAsync(buffer, timeout, cancelled).ConfigureAwait(false);
        }
        while (count > 0);

        return last == '\n' ? Ending.Whole : throw EndedInTheMiddle(node);
    }

    /// <summary>Reads until it is clear whether the reply is an error, and then all of that.</summary>
    private async Task<int> ReadStartAsync(NodeConnection connection, byte[] buffer, CancellationToken cancelled)
    {
        var length = 0;
        while (IsUnclear(buffer.AsSpan(0, length)))
        {
            var count = await connection.ReadAsync(buffer.AsMemory(length), timeout, cancelled).ConfigureAwait(false);
            if (count == 0) break;
            length += count;
        }

        return length;
    }

    /// <summary>Whether more of a reply is needed to know what it is.</summary>
    public static bool IsUnclear(ReadOnlySpan<byte> start) =>
        start.Length < ErrorPrefix.Length
            ? ErrorPrefix.AsSpan().StartsWith(start)
            : IsError(start) && start.Length < LongestError && !start.Contains((byte)'\n');

    /// <summary>How a reply ended.</summary>
    private enum Ending
    {
        Whole,
        Empty,
        Lost,
    }
}
