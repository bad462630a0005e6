using System.Text;
using Rwho.Actors.Query;
using Rwho.Node.Linux;

namespace Rwho.Node.Client;

/// <summary>
/// ruptime and rwho as they are called most, with letters at most, where the system's daemon runs: asked and printed
/// without what the commands need for all else they can, which takes longer to get ready than a large board to show.
/// What is not as usual is left to them, as long as nothing is printed yet: they ask again, and have words for it.
/// </summary>
internal static class PlainQuestion
{
    /// <summary>The line to send; null for a command line that says more.</summary>
    /// <param name="program">By the name it was called with.</param>
    public static string? Request(string program, string[] arguments)
    {
        var letters = program switch
        {
            "ruptime" => RequestLine.RuptimeLetters,
            "rwho" => RequestLine.RwhoLetters,
            _ => null,
        };
        if (letters is null) return null;
        var request = new StringBuilder(program);
        foreach (var argument in arguments)
        {
            if (argument is not ['-', _, ..]) return null;
            foreach (var letter in argument.AsSpan(1))
                if (!letters.Contains(letter, StringComparison.Ordinal)) return null;
            request.Append(' ').Append(argument);
        }

        return request.Length <= NodeClient.MaxRequestBytes ? request.Append('\n').ToString() : null;
    }

    /// <summary>Asks and prints; false when the command has to, and nothing is printed.</summary>
    /// <param name="path">The socket of the node.</param>
    /// <param name="timeout">How long to wait for each next part of the reply.</param>
    /// <exception cref="NodeException">There is no answer, or it is not whole.</exception>
    /// <exception cref="IOException">The output does not take it; the error's number is the HResult.</exception>
    public static bool TryAsk(string path, string request, TimeSpan timeout, Stream output)
    {
        using var node = LocalStream.TryConnect(path);
        if (node is null || !node.TrySend(Encoding.ASCII.GetBytes(request))) return false;
        var buffer = new byte[NodeClient.ChunkBytes];
        var count = ReadStart(node, path, buffer, timeout);
        if (count == 0 || NodeClient.IsError(buffer.AsSpan(0, count))) return false;
        byte last;
        do
        {
            last = buffer[count - 1];
            output.Write(ReplyText.Of(buffer.AsMemory(0, count)).Span);
            count = ReadMore(node, path, buffer, timeout);
        }
        while (count > 0);

        return last == '\n' ? true : throw NodeClient.EndedInTheMiddle(NodeAddress.AtPath(path));
    }

    /// <summary>Reads until it is clear that the reply is no error; 0 where the connection is lost before.</summary>
    private static int ReadStart(LocalStream node, string path, byte[] buffer, TimeSpan timeout)
    {
        var length = 0;
        try
        {
            while (NodeClient.IsUnclear(buffer.AsSpan(0, length)))
            {
                var count = node.Read(buffer.AsSpan(length), timeout);
                if (count == 0) break;
                length += count;
            }

            return length;
        }
        catch (TimeoutException)
        {
            throw length == 0
                ? Unreachable.Silent(NodeAddress.AtPath(path), timeout)
                : NodeConnection.Stopped(NodeAddress.AtPath(path), timeout);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int ReadMore(LocalStream node, string path, byte[] buffer, TimeSpan timeout)
    {
        try
        {
            return node.Read(buffer, timeout);
        }
        catch (TimeoutException)
        {
            throw NodeConnection.Stopped(NodeAddress.AtPath(path), timeout);
        }
        catch (IOException failure)
        {
            throw NodeConnection.WentAway(NodeAddress.AtPath(path), failure.Message);
        }
    }
}
