namespace Rwho.Node.Client;

/// <summary>Follows a node's changes until it is told to stop; a node that goes away is asked again.</summary>
internal sealed class Watcher(NodeClient client, IWatchView view)
{
    private const int FirstBufferBytes = 64 << 10;

    /// <summary>The longest line: the board of a node that keeps as many hosts as it can is well below.</summary>
    private const int MaxLineBytes = 256 << 20;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private byte[] buffer = new byte[FirstBufferBytes];
    private bool wasHeard;

    /// <exception cref="NodeException">The node does not answer, and never did; or answers with an error.</exception>
    public async Task RunAsync(CancellationToken cancelled)
    {
        while (!cancelled.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancelled).ConfigureAwait(false);
                view.Lost($"{client.Node} ended the connection");
            }
            catch (NodeException failure) when (wasHeard)
            {
                view.Lost(failure.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(cancelled).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(CancellationToken cancelled)
    {
        using var connection = await client.OpenAsync("watch", cancelled).ConfigureAwait(false);
        connection.KeepAlive();
        var length = 0;
        var silence = client.Timeout;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxLineBytes));
            var count = await connection.ReadAsync(buffer.AsMemory(length), silence, cancelled).ConfigureAwait(false);
            if (count == 0)
            {
                if (!wasHeard) throw NodeClient.Refuses(client.Node);
                return;
            }

            length = TakeLines(length, count);
            if (length == MaxLineBytes) throw new NodeException($"{client.Node} sends a line without an end");

            // Within a line the rest has to follow; between lines nothing needs to happen for as long as it likes.
            silence = length == 0 ? Timeout.InfiniteTimeSpan : client.Timeout;
        }
    }

    /// <summary>Takes the whole lines; how many bytes of the next one are left, at the buffer's start.</summary>
    private int TakeLines(int before, int count)
    {
        var length = before + count;
        var start = 0;
        var from = before;
        while (buffer.AsSpan(from, length - from).IndexOf((byte)'\n') is >= 0 and var end)
        {
            Take(buffer.AsMemory(start, from + end - start));
            start = from = from + end + 1;
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        return length - start;
    }

    private void Take(ReadOnlyMemory<byte> line)
    {
        if (NodeClient.IsError(line.Span)) throw NodeClient.Error(client.Node, line.Span);
        if (!BoardLine.TryRead(line, out var read))
            throw new NodeException($"{client.Node} does not answer in a way that is understood here");
        wasHeard = true;
        view.Take(read, line);
    }

    private static async Task PauseAsync(CancellationToken cancelled)
    {
        try
        {
            await Task.Delay(RetryPause, cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the caller looks.
        }
    }
}
